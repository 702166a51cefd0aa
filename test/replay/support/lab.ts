import { type GivenSettings, parseSettings } from '../../../src/agent-config/parse-settings.js';
import type { ClusterResources } from '../../../src/platform/cluster-resources.js';
import { completeMacs } from '../../../src/platform/complete-macs.js';
import { knownPlatform } from '../../../src/platform/known-platform.js';
import { nodeView, podBehind } from '../../../src/platform/node-view.js';
import { createTagIndex } from '../../../src/platform/tags.js';
import { adviceFor } from '../../../src/replay/advice/index.js';
import type { CaptureSummary } from '../../../src/replay/capture-summary.js';
import { nicChoice } from '../../../src/replay/captured-nics.js';
import { compileCoreConfig } from '../../../src/replay/compile-core-config.js';
import { correlate } from '../../../src/replay/correlate.js';
import { coverageOf } from '../../../src/replay/coverage.js';
import type { CaptureCounters } from '../../../src/replay/flow-record.js';
import { inputProblemText } from '../../../src/replay/input-problem.js';
import { type Observation, observationPlace, observe } from '../../../src/replay/observation.js';
import { readSite, type Site } from '../../../src/replay/site-file.js';
import type { SyscallEvent } from '../../../src/replay/syscalls/syscall-event.js';
import { syscallObservations } from '../../../src/replay/syscalls/syscall-observations.js';
import { inGroups } from './in-groups.js';
import { type Leg, recordsOf } from './model-core.js';

export interface LabRun {
  readonly site: string | Site;
  /** What each `node nic` carries. */
  readonly legs: Readonly<Record<string, readonly Leg[]>>;
  readonly syscalls?: readonly SyscallEvent[];
  readonly set?: object;
  readonly resources?: ClusterResources | null;
  readonly counters?: Readonly<Record<string, CaptureCounters>>;
}

export function siteOf(text: string): Site {
  const { site, problems } = readSite(text, 'site.yaml');
  if (site === null) throw new Error(problems.map(inputProblemText).join('\n'));
  return site;
}

/** The whole way from a site to coverage and advice, with the model in place of the packet core. */
export function runLab({ site: given, legs, syscalls = [], set = {}, resources = null, counters = {} }: LabRun) {
  const site = typeof given === 'string' ? siteOf(given) : given;
  const overrides: GivenSettings = parseSettings(set).given;
  const topology = completeMacs(site.topology, false);
  const platform = knownPlatform(topology, site.platform);
  const tags = createTagIndex(topology, resources);
  const rows: Observation[] = [];
  const captures = site.captures.map((capture): CaptureSummary => {
    const { node, nic, pod } = capture;
    const settings = site.settingsOf(node, overrides);
    const choice = nicChoice(settings, nic, pod);
    const files = capture.files.map(({ path }) => path);
    const carried = legs[`${node} ${nic}`] ?? [];
    if (choice.captured) {
      const view = nodeView(topology, platform, node);
      const { captureMode } = settings;
      const decision = { ...settings, agentType: 8 as const };
      const file = files.join(', ');
      const place = observationPlace({
        node,
        nic,
        file,
        captureMode,
        topology,
        platform,
        view,
        settings: decision,
        keepsDecisions: true,
      });
      const config = compileCoreConfig({ settings, topology, platform, view, node, nic, reportInterval: 'total' });
      for (const leg of carried) for (const record of recordsOf(leg, config)) rows.push(observe(record, place));
    }
    return {
      node,
      nic,
      pod,
      files,
      packets: carried.length,
      bytes: 0,
      ...choice,
      position: podBehind(topology, node, nic) === null ? 'node-nic' : 'pod-nic',
      counters: counters[`${node} ${nic}`] ?? null,
    };
  });
  rows.push(...syscallObservations(syscalls, 'syscalls.jsonl', tags));
  const { expectation } = site;
  const shared = { topology, tags, expectation };
  const hasSyscalls = syscalls.length > 0;
  const conversations = correlate({ ...shared, groups: inGroups(rows), platform: site.platform, hasSyscalls });
  const coverage = coverageOf(
    expectation,
    conversations.map(({ judgement }) => judgement),
  );
  const settingsOf = (node: string) => site.settingsOf(node, overrides);
  const advice = adviceFor({ ...shared, platform, resources, captures, conversations, settingsOf });
  return { site, topology, platform, conversations, coverage, advice, captures };
}

/** Requests and answers of a client's and a server's process. */
export function exchange(
  client: { node: string; ip: string; port: number },
  server: { node: string; ip: string; port: number },
  seenServer = server,
): SyscallEvent[] {
  const at = 1;
  const call = (node: string, role: 'client' | 'server', dir: 'send' | 'recv', peer: typeof server): SyscallEvent => {
    const fromClient = (role === 'client') === (dir === 'send');
    const [from, to] = fromClient ? [client, peer] : [peer, client];
    const ends = { src: from.ip, sport: from.port, dst: to.ip, dport: to.port };
    return {
      ts: at + 0.01,
      node,
      pid: role === 'client' ? 1 : 2,
      comm: role,
      role,
      dir,
      ...ends,
      protocol: 6,
      bytes: 81,
    };
  };
  return [
    call(client.node, 'client', 'send', seenServer),
    call(client.node, 'client', 'recv', seenServer),
    call(server.node, 'server', 'recv', server),
    call(server.node, 'server', 'send', server),
  ];
}
