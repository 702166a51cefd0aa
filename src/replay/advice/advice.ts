import type { AgentSettings } from '../../agent-config/setting.js';
import type { ClusterResources } from '../../platform/cluster-resources.js';
import type { KnownPlatform } from '../../platform/known-platform.js';
import type { TagIndex } from '../../platform/tags.js';
import type { Topology } from '../../platform/topology.js';
import type { CaptureSummary } from '../capture-summary.js';
import type { Conversation } from '../conversation.js';
import type { Expectation } from '../expectation.js';
import type { ConversationJudgement } from '../judge-conversation.js';
import type { Observation } from '../observation.js';
import type { Point } from '../points.js';
import { isIcmp, protocolName } from '../protocol.js';

/** What to do, why, and the packets that show it. */
export interface Advice {
  readonly id: string;
  readonly why: string;
  /** The setting that brings points back, `key: value` parted by "; ", or what else to do. */
  readonly setting: string;
  readonly evidence: readonly Evidence[];
}

/** Packets of one flow in one capture. */
export interface Evidence {
  readonly node: string;
  readonly nic: string;
  readonly file: string;
  /** `tcp 10.244.1.10:52606 > 10.244.1.11:8080`; "" where it is about the whole capture. */
  readonly flow: string;
  /** Numbers of the first and last packet within the capture, from 0. */
  readonly firstPacket: number | null;
  readonly lastPacket: number | null;
  /** A filter for tcpdump or Wireshark's capture filter that shows these packets; "" for all. */
  readonly filter: string;
  readonly detail: string;
}

export interface JudgedConversation {
  readonly conversation: Conversation;
  readonly points: readonly Point[];
  readonly judgement: ConversationJudgement;
}

export interface AdviceContext {
  readonly expectation: Expectation | null;
  readonly topology: Topology;
  readonly platform: KnownPlatform;
  readonly resources: ClusterResources | null;
  readonly tags: TagIndex;
  readonly captures: readonly CaptureSummary[];
  readonly conversations: readonly JudgedConversation[];
  /** Those of them with several rows: what only rows beside each other can tell. */
  readonly several: readonly JudgedConversation[];
  /** Those between Pods and nodes of the site. */
  readonly inside: readonly JudgedConversation[];
  /** Their rows in which a tunnel was seen and not taken off: few, if any, and several advisers ask for them. */
  readonly hidden: readonly Observation[];
  settingsOf(node: string): AgentSettings;
}

export type Adviser = (context: AdviceContext) => readonly Advice[];

/** Evidence kept per advice; the rest is counted. */
export const maxEvidence = 5;

export function evidenceOf(row: Observation, detail: string): Evidence {
  const { node, nic, file, firstPacket, lastPacket } = row;
  return { node, nic, file, flow: flowText(row), firstPacket, lastPacket, filter: filterText(row), detail };
}

export function captureEvidence(capture: CaptureSummary, detail: string): Evidence {
  const { node, nic, files } = capture;
  return { node, nic, file: files.join(', '), flow: '', firstPacket: null, lastPacket: null, filter: '', detail };
}

/** Keeps the first few and counts the rest, so that a capture of a million flows costs no more than one of ten. */
export interface EvidenceCollector {
  add(make: () => Evidence): void;
  readonly count: number;
  readonly kept: readonly Evidence[];
}

export function collectEvidence(): EvidenceCollector {
  const kept: Evidence[] = [];
  let count = 0;
  return {
    kept,
    get count() {
      return count;
    },
    add(make) {
      count += 1;
      if (kept.length < maxEvidence) kept.push(make());
    },
  };
}

/** None where there is no evidence. What is beyond the limit is counted in the last one. */
export function adviceFrom(id: string, why: string, setting: string, found: EvidenceCollector): readonly Advice[] {
  if (found.count === 0) return [];
  const evidence = [...found.kept];
  const more = found.count - evidence.length;
  const last = evidence.at(-1);
  if (more > 0 && last !== undefined) {
    evidence[evidence.length - 1] = { ...last, detail: `${last.detail} (and ${more} more)` };
  }
  return [{ id, why, setting, evidence }];
}

export function flowText({ protocol, client, server }: Observation): string {
  const end = (ip: string, port: number): string =>
    isIcmp(protocol) ? ip : ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
  return `${protocolName(protocol)} ${end(client.ip, client.port)} > ${end(server.ip, server.port)}`;
}

function filterText({ protocol, client, server, tunnel }: Observation): string {
  // A capture filter reads the outer headers only.
  if (tunnel !== null) return `host ${tunnel.src} and host ${tunnel.dst}`;
  const ports = isIcmp(protocol) || client.port === 0 ? '' : ` and port ${client.port} and port ${server.port}`;
  return `host ${client.ip} and host ${server.ip}${ports}`;
}
