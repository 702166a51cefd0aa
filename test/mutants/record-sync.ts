import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toKubectlList, toKubectlVersion } from '../../fixtures/cluster/index.js';
import { agentSettings } from '../../src/conformance/scenarios/common/managed-agent.js';
import type { CallRecord } from '../../src/journal/record.js';
import type { Compat } from '../../src/kube/compat.js';
import { createFakeServer } from '../../src/server/fake-server.js';
import { startAgent } from '../agents/example-agents.js';
import { mutantCluster } from './cluster.js';
import { createCallDecoder } from './decode-call.js';
import type { RecordedCall, Recording } from './recording.js';

/** As `startAgent` configures it. */
const clusterId = 'test-cluster';
const interval = 0.2;
const timeoutMs = 30_000;
/** What the recording has to hold, by method. */
const wanted: Readonly<Record<string, number>> = { Sync: 6, GenesisSync: 1, Query: 2, KubernetesAPISync: 6 };

/**
 * Lets the reference agent be managed by a server and writes down what it says: Sync by the interval of its configuration,
 * GenesisSync, Query, and its reports. Streams are not in it.
 *
 * @param command starts the agent
 * @throws Error where the agent does not say all of this within 30 s; with what it wrote
 */
export async function recordSync(compat: Compat, command: readonly string[]): Promise<Recording> {
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-mutants-'));
  const cluster = mutantCluster(compat);
  await writeFile(join(folder, 'objects.json'), JSON.stringify(toKubectlList(cluster)));
  await writeFile(join(folder, 'version.json'), JSON.stringify(toKubectlVersion(cluster)));
  const records: CallRecord[] = [];
  let check = (): void => {};
  const server = await createFakeServer({
    compat,
    clusters: [],
    strictPackages: true,
    groupConfig: agentSettings({ syncSeconds: 1, ntp: true }),
    listen: { host: '127.0.0.1', port: 0 },
    listeners: [
      (record) => {
        if (record.kind !== 'call' || record.outcome === 'stream') return;
        records.push(record);
        check();
      },
    ],
  });
  const agent = startAgent(command, { server: server.grpc, interval, args: ['--agent-sync', '--from', folder] });
  try {
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error(`The reference agent did not say all that is to be recorded:\n${agent.stderr()}`)),
        timeoutMs,
      );
      check = () => {
        if (!isWhole(records)) return;
        clearTimeout(late);
        resolve();
      };
    });
  } finally {
    await agent.stop();
    await server.close({ graceMs: 0 });
    await rm(folder, { recursive: true });
  }
  return { compat, clusterId, calls: decoded(records) };
}

function isWhole(records: readonly CallRecord[]): boolean {
  return Object.entries(wanted).every(
    ([method, count]) =>
      records.filter(({ path, status }) => path.endsWith(`/${method}`) && status === 0).length >= count,
  );
}

/** When each came is a part of it. Calls other than reports are answered as they were. */
function decoded(records: readonly CallRecord[]): readonly RecordedCall[] {
  const decodeCall = createCallDecoder();
  const inOrder = records.toSorted((one, other) => one.seq - other.seq);
  const first = inOrder[0]?.time ?? 0;
  return inOrder.map((record) => {
    const call = decodeCall(record);
    const at = (record.time - first) / 1000;
    return call.bytes === undefined ? { ...call, at } : { ...call, at, answer: record.response };
  });
}
