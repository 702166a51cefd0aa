import { createHash } from 'node:crypto';
import type { CallRecord, MessageRecord, StreamRecord } from '../journal/record.js';
import { messageType } from '../wire/protos.js';
import { createAgentAnswerReader, cut, versionsOf } from './agent-answer-reading.js';
import type { AgentCall, AgentGenesis, AgentPush, AgentQuery, AgentReport, AgentTold } from './agent-call.js';
import type { OpenPush } from './traffic.js';

/** Marks the calls of agents that a scenario plays itself: nobody judges those. */
export const playedByScenario = 'x-plumbline-scenario';

const keptNics = 64;
const keptIps = 8;
const keptTold = 64;

/** Reads the calls by which agents are managed. Remembers the streams that are open. */
export interface AgentCallReader {
  /** Null for another call, one that was not understood, and one of an agent that a scenario plays. A stream is read when it ends. */
  read(record: CallRecord): AgentCall | null;
  /** A stream was opened. */
  opened(record: StreamRecord): void;
  /** A message went over a stream. */
  message(record: MessageRecord): void;
  /** Push streams that have not ended, with what came over them so far. */
  openPushes(): readonly OpenPush[];
}

interface OpenStream {
  readonly own: Package;
  readonly request: Uint8Array;
  /** Null for one that is no Push, or that says nothing of its agent. */
  readonly report: AgentReport | null;
  told: AgentTold[];
}

type Package = 'agent' | 'trident';

export function createAgentCallReader(): AgentCallReader {
  const answers = createAgentAnswerReader();

  const streams = new Map<number, OpenStream>();

  const readUnary = (own: Package, method: string, record: CallRecord): AgentCall | null => {
    switch (method) {
      case 'Sync': {
        const report = readReport(own, record.request);
        const answer = record.status === 0 ? answers.read(own, record.response) : null;
        return report === null ? null : { kind: 'sync', ...report, answer };
      }
      case 'GenesisSync':
        return readGenesis(own, record);
      case 'Query':
        return readQuery(own, record);
      default:
        return null;
    }
  };

  const readStream = (own: Package, method: string, record: CallRecord): AgentCall | null => {
    // One that was refused was never opened.
    const stream = streams.get(record.seq) ?? openStream(own, method, record.request);
    streams.delete(record.seq);
    return method === 'Upgrade' ? readUpgrade(own, stream.request) : pushOf(stream);
  };

  return {
    read(record) {
      const { outcome, path, metadata } = record;
      const method = outcome === 'unary' || outcome === 'stream' ? agentMethod(path) : null;
      if (method === null || metadata.some(([name]) => name === playedByScenario)) return null;
      return outcome === 'stream'
        ? readStream(method.own, method.name, record)
        : readUnary(method.own, method.name, record);
    },
    opened({ seq, path, metadata, request }) {
      const method = agentMethod(path);
      if (method === null || metadata.some(([name]) => name === playedByScenario)) return;
      const { own, name } = method;
      if (name === 'Push' || name === 'Upgrade') streams.set(seq, openStream(own, name, request));
    },
    message({ seq, time, from, size, bytes }) {
      const stream = streams.get(seq);
      if (stream === undefined || stream.report === null || from === 'client') return;
      const answer = bytes.length === size ? answers.read(stream.own, bytes) : null;
      // A heartbeat is no news.
      if (answer === null || answer.configured) stream.told = withNews(stream.told, { time, answer });
    },
    openPushes: () =>
      [...streams].flatMap(([seq, stream]) => {
        const agent = pushOf(stream);
        return agent === null ? [] : [{ seq, agent }];
      }),
  };
}

function openStream(own: Package, method: string, request: Uint8Array): OpenStream {
  return { own, request, report: method === 'Push' ? readReport(own, request) : null, told: [] };
}

function pushOf({ report, told }: OpenStream): AgentPush | null {
  return report === null ? null : { kind: 'push', ...report, told };
}

/** Of what is no longer kept it stands there that it is not known. */
function withNews(told: AgentTold[], news: AgentTold): AgentTold[] {
  const [, second, ...rest] = told;
  if (told.length < keptTold || second === undefined) return [...told, news];
  return [{ time: second.time, answer: null }, ...rest, news];
}

function agentMethod(path: string): { readonly own: Package; readonly name: string } | null {
  const [, own, name] = /^\/(agent|trident)\.Synchronizer\/(\w+)$/.exec(path) ?? [];
  return name === undefined ? null : { own: own === 'agent' ? 'agent' : 'trident', name };
}

function readReport(own: Package, request: Uint8Array): AgentReport | null {
  const { message } = messageType(`${own}.SyncRequest`).tryDecode(request);
  if (message === null) return null;
  const policy = message.kubernetes_watch_policy;
  return {
    byIpOnly: message.agent_unique_identifier === 'IP',
    ...identity(message),
    host: cut(message.host),
    processName: cut(message.process_name),
    bootTime: message.boot_time ?? 0,
    clusterId: cut(message.kubernetes_cluster_id),
    watchOnly: message.kubernetes_force_watch === true || policy === 'KWP_WATCH_ONLY',
    neverWatches: policy === 'KWP_WATCH_DISABLED',
    revision: cut(message.revision),
    versions: versionsOf(message),
    bufferSize: 'current_grpc_buffer_size' in message ? (message.current_grpc_buffer_size ?? '0') : '0',
    exception: message.exception ?? '0',
  };
}

function readGenesis(own: Package, record: CallRecord): AgentGenesis | null {
  const { message } = messageType(`${own}.GenesisSyncRequest`).tryDecode(record.request);
  if (message === null) return null;
  const { platform_data: data, process_data: processes } = message;
  const info = 'agent_info' in message ? message.agent_info : undefined;
  const type = 'agent_type' in message ? message.agent_type : 'trident_type' in message ? message.trident_type : '';
  const id = 'agent_id' in message ? message.agent_id : 'vtap_id' in message ? message.vtap_id : 0;
  const hasData = data !== undefined && data !== null;
  const interfaces = data?.interfaces ?? [];
  return {
    kind: 'genesis',
    ctrlIp: cut(info?.ip),
    ctrlMac: cut(info?.mac).toLowerCase(),
    version: message.version ?? '0',
    agentType: String(type ?? ''),
    agentId: Number(id ?? 0),
    sourceIp: cut(message.source_ip),
    clusterId: cut(message.kubernetes_cluster_id),
    hasData,
    nics: interfaces.slice(0, keptNics).map(({ name, mac, ip }) => ({
      name: cut(name),
      mac: mac ?? '0',
      ips: (ip ?? []).slice(0, keptIps).map(cut),
    })),
    hasRawNics: [data?.raw_ip_addrs, data?.raw_ip_netns, data?.ips].some((list) => (list ?? []).length > 0),
    contentDigest: hasData || processes ? digestOf({ data, processes }) : '',
    answerVersion: record.status === 0 ? genesisAnswer(own, record.response) : null,
  };
}

function genesisAnswer(own: Package, response: Uint8Array): string | null {
  const { message } = messageType(`${own}.GenesisSyncResponse`).tryDecode(response);
  return message === null ? null : (message.version ?? '0');
}

function readQuery(own: Package, { request }: CallRecord): AgentQuery | null {
  const { message } = messageType(`${own}.NtpRequest`).tryDecode(request);
  if (message === null) return null;
  const packet = Buffer.from(message.request ?? new Uint8Array(0));
  const first = packet[0];
  return {
    kind: 'query',
    ctrlIp: cut(message.ctrl_ip),
    length: packet.length,
    ntpVersion: first === undefined ? null : (first >> 3) & 7,
    ntpMode: first === undefined ? null : first & 7,
    hasTransmitTime: packet.subarray(transmitAt, transmitAt + 8).some((byte) => byte !== 0),
  };
}

/** Where the transmit time of an NTP packet stands. */
const transmitAt = 40;

function readUpgrade(own: Package, request: Uint8Array): AgentCall | null {
  const { message } = messageType(`${own}.UpgradeRequest`).tryDecode(request);
  return message === null ? null : { kind: 'upgrade', ...identity(message) };
}

function identity({ ctrl_ip, ctrl_mac }: { ctrl_ip?: string; ctrl_mac?: string }) {
  return { ctrlIp: cut(ctrl_ip), ctrlMac: cut(ctrl_mac).toLowerCase() };
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64').slice(0, 16);
}
