import { readdirSync, readFileSync } from 'node:fs';
import { parseSettings } from '../../../src/agent-config/parse-settings.js';
import type { ClusterResources } from '../../../src/platform/cluster-resources.js';
import { completeMacs } from '../../../src/platform/complete-macs.js';
import { knownPlatform } from '../../../src/platform/known-platform.js';
import { nodeView, podBehind } from '../../../src/platform/node-view.js';
import { platformFacts } from '../../../src/platform/platform-facts.js';
import { createTagIndex } from '../../../src/platform/tags.js';
import { adviceFor } from '../../../src/replay/advice/index.js';
import type { CaptureSummary } from '../../../src/replay/capture-summary.js';
import { nicChoice } from '../../../src/replay/captured-nics.js';
import { compileCoreConfig } from '../../../src/replay/compile-core-config.js';
import { compileFlowCore, createFlowCore } from '../../../src/replay/core/index.js';
import { correlate } from '../../../src/replay/correlate.js';
import { coverageOf } from '../../../src/replay/coverage.js';
import type { FlowRecord } from '../../../src/replay/flow-record.js';
import { matrixRow } from '../../../src/replay/matrix.js';
import { type Observation, observationPlace, observe } from '../../../src/replay/observation.js';
import { replayReport } from '../../../src/replay/replay-report.js';
import { reportedConfig } from '../../../src/replay/reported-config.js';
import { unmetRequirements } from '../../../src/replay/requirements.js';
import type { SyscallEvent } from '../../../src/replay/syscalls/syscall-event.js';
import { syscallObservations } from '../../../src/replay/syscalls/syscall-observations.js';
import type { ReplayResult } from '../../../src/report/replay-result.js';
import { inGroups } from '../../replay/support/in-groups.js';
import { exchange, siteOf } from '../../replay/support/lab.js';

export const fixtures = ['flannel-vxlan', 'cilium-peer', 'macvlan', 'ipvlan-l3'] as const;
export type Fixture = (typeof fixtures)[number];
export type FixtureSpan = 'same' | 'cross';

interface TopologyFile {
  readonly nodes: readonly { name: string; nics: readonly { name: string; mac: string; ips: string[] }[] }[];
  readonly pods: readonly {
    name: string;
    node: string;
    ip: string;
    mac: string;
    hostNic?: string;
    nics: readonly { name: string; kind: string }[];
  }[];
  readonly exchanges: readonly { which: string; client: string; server: string; curl: readonly string[] }[];
}

export interface ReplayedOptions {
  readonly expect?: { readonly cni: string; readonly span?: string };
  readonly agent?: Readonly<Record<string, unknown>>;
  readonly platform?: 'reported' | 'kubernetes' | 'none';
  readonly syscalls?: boolean;
  readonly resources?: ClusterResources | null;
}

const root = new URL('../../../capture-fixtures/', import.meta.url);
const compiled = compileFlowCore(readFileSync(new URL('../../../dist/src/flow-core/flow-core.wasm', import.meta.url)));

/** A recorded exchange on its whole way from files to the report, without the command around it. */
export function replayed(cni: Fixture, span: FixtureSpan, options: ReplayedOptions = {}): ReplayResult {
  const file = JSON.parse(readFileSync(new URL(`${cni}/topology.json`, root), 'utf8')) as TopologyFile;
  const site = siteOf(JSON.stringify(siteDocument(cni, span, file, options)));
  const overrides = parseSettings(options.agent ?? {}).given;
  const settingsOf = (node: string) => site.settingsOf(node, overrides);
  const resources = options.resources ?? null;
  const topology = completeMacs(site.topology, false);
  const platform = knownPlatform(topology, site.platform);
  const tags = createTagIndex(topology, resources);
  const rows: Observation[] = [];
  const captures = site.captures.map(({ node, nic, pod, files }): CaptureSummary => {
    const settings = settingsOf(node);
    const choice = nicChoice(settings, nic, pod);
    const paths = files.map(({ path }) => path);
    const view = nodeView(topology, platform, node);
    const place = observationPlace({
      node,
      nic,
      file: paths.join(', '),
      captureMode: settings.captureMode,
      topology,
      platform,
      view,
      settings: { ...settings, agentType: 8 },
      keepsDecisions: true,
    });
    const onRecord = (record: FlowRecord): void => {
      if (choice.captured) rows.push(observe(record, place));
    };
    const config = compileCoreConfig({ settings, topology, platform, view, node, nic, reportInterval: 'total' });
    const core = createFlowCore(compiled, { ...config, flowLimit: 4096 }, { onRecord });
    for (const path of paths) {
      core.feed(readFileSync(new URL(path, root)));
      core.endFile();
    }
    const counters = core.end();
    return {
      node,
      nic,
      pod,
      files: paths,
      packets: counters.packets,
      bytes: counters.wireBytes,
      ...choice,
      position: podBehind(topology, node, nic) === null ? 'node-nic' : 'pod-nic',
      counters,
    };
  });
  const events = options.syscalls === false ? [] : syscallsOf(span, file);
  rows.push(...syscallObservations(events, `${cni}/${span}/syscalls.jsonl`, tags));
  const { expectation } = site;
  const shared = { topology, tags, expectation };
  const judged = correlate({
    ...shared,
    groups: inGroups(rows),
    platform: site.platform,
    hasSyscalls: events.length > 0,
  });
  const unmet = expectation?.cni == null ? [] : unmetRequirements(matrixRow(expectation.cni), topology, settingsOf);
  const report = replayReport({
    site: 'site.yaml',
    config: reportedConfig(
      topology.nodes.map(({ name }) => name),
      settingsOf,
    ),
    captures,
    platform: { kind: site.platform, facts: platformFacts(topology), refused: [] },
    judged,
    conversationsLeftOut: 0,
    coverage: coverageOf(
      expectation,
      judged.map(({ judgement }) => judgement),
      unmet,
    ),
    advice: adviceFor({ ...shared, platform, resources, captures, conversations: judged, settingsOf }),
    notes: [],
    withExplanations: true,
  });
  return { report, captures, topology };
}

function siteDocument(cni: Fixture, span: FixtureSpan, file: TopologyFile, options: ReplayedOptions): object {
  const physical = (node: string) => file.nodes.find(({ name }) => name === node)?.nics[0]?.name;
  const captures = readdirSync(new URL(`${cni}/${span}/`, root))
    .filter((name) => name.endsWith('.pcap'))
    .sort()
    .map((name) => {
      const [place = '', ...nic] = name.replace('.pcap', '').split('-');
      const path = `${cni}/${span}/${name}`;
      return place === 'pod'
        ? { pod: nic[0], nic: nic.slice(1).join('-'), file: path }
        : { node: place, nic: nic.join('-'), file: path };
    });
  return {
    ...(options.platform === undefined ? {} : { platform: options.platform }),
    nodes: file.nodes.map(({ name, nics }) => ({
      name,
      nics: nics.map((nic) => ({ name: nic.name, mac: nic.mac, ips: nic.ips })),
    })),
    pods: file.pods.map(({ name, node, ip, mac, hostNic, nics }) => ({
      name,
      node,
      nics: [{ name: nics[0]?.name, kind: nics[0]?.kind, hostNic: hostNic ?? physical(node), mac, ips: [ip] }],
    })),
    captures,
    ...(options.expect === undefined ? {} : { expect: options.expect }),
  };
}

/** What the client's and the server's process did, as the recorded exchange says. */
function syscallsOf(span: FixtureSpan, file: TopologyFile): SyscallEvent[] {
  const found = file.exchanges.find(({ which }) => which === span);
  const ends = /(\S+):(\d+) > (\S+):(\d+)/.exec(found?.curl[0] ?? '');
  const podAt = (name: string | undefined) => file.pods.find((pod) => pod.name === name)?.node ?? '';
  if (found === undefined || ends === null) return [];
  const [, clientIp = '', clientPort, serverIp = '', serverPort] = ends;
  const at = firstTimeOf(found);
  return exchange(
    { node: podAt(found.client), ip: clientIp, port: Number(clientPort) },
    { node: podAt(found.server), ip: serverIp, port: Number(serverPort) },
  ).map((event) => ({ ...event, ts: at }));
}

function firstTimeOf(found: object): number {
  return (found as { readonly at: number }).at;
}
