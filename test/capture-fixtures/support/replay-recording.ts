import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { parseSettings } from '../../../src/agent-config/parse-settings.js';
import { directoryInput } from '../../../src/cli/replay/directory-input.js';
import { interfaceNames } from '../../../src/cli/replay/interface-names.js';
import { loadFlowCore } from '../../../src/cli/replay/load-core.js';
import { readResources } from '../../../src/cli/replay/read-resources.js';
import { runReplay } from '../../../src/cli/replay/run-replay.js';
import { siteInput } from '../../../src/cli/replay/site-input.js';
import type { ReplayReport, ReportedConversation, ReportedPoint } from '../../../src/replay/replay-report.js';

const core = loadFlowCore();
const run = { core, interval: 'total', maxConversations: 1000, workers: 1, withExplanations: false } as const;
const silent = { write: () => undefined, isTerminal: false };

/** Replays a site file as the command does. */
export async function replaySite(
  file: string,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<ReplayReport> {
  const { given, problems } = parseSettings(settings);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  const options = { overrides: given, expectation: null, served: null, warn: silent.write };
  const input = await siteInput(file, { ...options, interfaceNames: interfaceNames(core) });
  return (await runReplay(input, { ...run, writeFlows: null, err: silent })).report;
}

/** Replays the captures of a folder with its cluster.json, as the command does with --captures. */
export async function replayDirectory(folder: string): Promise<ReplayReport> {
  const cluster = join(folder, 'cluster.json');
  const resources = await readResources(cluster, cluster, silent.write);
  const options = { overrides: {}, expectation: null, resources, served: null };
  const input = await directoryInput(folder, { ...options, interfaceNames: interfaceNames(core) });
  return (await runReplay(input, { ...run, writeFlows: null, err: silent })).report;
}

/** Replays a recording whose site file says something else of what DeepFlow knows. */
export async function replayChangedSite(
  folder: string,
  change: { readonly platform: string; readonly otherPodMacs: boolean },
  settings: Readonly<Record<string, unknown>>,
): Promise<ReplayReport> {
  const copy = mkdtempSync(join(tmpdir(), 'plumbline-recording-'));
  try {
    for (const name of readdirSync(folder)) copyFileSync(join(folder, name), join(copy, name));
    const document = parseDocument(readFileSync(join(folder, 'site.yaml'), 'utf8'));
    document.set('platform', change.platform);
    const pods = document.toJS().pods as readonly unknown[];
    for (const i of change.otherPodMacs ? pods.keys() : []) {
      document.setIn(['pods', i, 'nics', 0, 'mac'], `0a:00:00:00:00:0${i}`);
    }
    writeFileSync(join(copy, 'site.yaml'), document.toString());
    return await replaySite(join(copy, 'site.yaml'), settings);
  } finally {
    rmSync(copy, { recursive: true });
  }
}

const tunnelNames: Readonly<Record<number, string>> = { 1: 'VXLAN', 2: 'IPIP', 4: 'Geneve' };
const directionNames = { both: 'both', 'tx-only': 'to-server', 'rx-only': 'to-client' } as const;

/** A point as the lab declares it. System calls of a request that is never answered go one way, which is no matter here. */
export function pointText(point: ReportedPoint): string {
  const { tapSide, node, nic, direction, tunnel, sharedWith, source } = point;
  if (source === 'syscall') return `${tapSide} ${node} - both`;
  const inTunnel = tunnel === null ? '' : ` in ${tunnelNames[tunnel.type] ?? tunnel.type} ${tunnel.id}`;
  return `${tapSide} ${node} ${nic} ${directionNames[direction]}${inTunnel}${sharedWith.length > 0 ? ' shared' : ''}`;
}

/**
 * What the replay made of the lab's conversation with a client port: one for each part that nothing joins. A flow of one
 * packet may be taken for the other way round.
 */
export function partsOf(report: ReplayReport, protocol: number, clientPort: number): readonly ReportedConversation[] {
  return [...report.conversations].filter(
    (found) => found.protocol === protocol && [found.client.port, found.server.port].includes(clientPort),
  );
}
