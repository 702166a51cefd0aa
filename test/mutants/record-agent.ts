import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Cluster,
  changeCluster,
  toKubectlList,
  toKubectlVersion,
  touchCluster,
} from '../../fixtures/cluster/index.js';
import type { CallRecord } from '../../src/journal/record.js';
import type { Compat } from '../../src/kube/compat.js';
import { createFakeServer, type RunningServer } from '../../src/server/fake-server.js';
import { startAgent } from '../agents/example-agents.js';
import { withoutCalls } from './change-calls.js';
import { mutantCluster } from './cluster.js';
import { createCallDecoder } from './decode-call.js';
import { hasError, isHeartbeat, isUpload, type RecordedCall, type Recording } from './recording.js';

/** As `startAgent` configures it. */
const clusterId = 'test-cluster';
const interval = 0.05;
const timeoutMs = 20_000;
/** Of calls that repeat each other word for word, so many are kept. */
const keptRepeats = 3;

/**
 * Plays a short life to the reference agent and writes down what it says: first upload, quiet, an error of its source and the end of
 * it, changes that are no content, a change of content, a server that forgot everything.
 *
 * @param command starts the agent
 * @throws Error where the agent does not do what is waited for within 20 s; with what it wrote
 */
export async function recordAgent(compat: Compat, command: readonly string[]): Promise<Recording> {
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-mutants-'));
  const log = createCallLog();
  let server = await serve(compat, log);
  const address = server.grpc;
  await dump(folder, mutantCluster(compat));
  const args = ['--from', folder, '--ingress-type', compat === 'doc' ? '*v1beta1.Ingress' : '*v1.Ingress'];
  const agent = startAgent(command, { server: address, interval, args });
  try {
    for (const step of steps(compat, folder)) {
      const from = log.length;
      if (step.do === 'restart') {
        await server.close({ graceMs: 0 });
        log.restarted();
        server = await serve(compat, log, Number(address.slice(address.lastIndexOf(':') + 1)));
      } else {
        await step.do();
      }
      await log.until(from, step.until, () => `${step.name}\n${agent.stderr()}`);
    }
  } finally {
    await agent.stop();
    await server.close({ graceMs: 0 });
    await rm(folder, { recursive: true });
  }
  return { compat, clusterId, calls: withoutClock(log.calls()) };
}

interface Step {
  readonly name: string;
  readonly do: 'restart' | (() => Promise<void>);
  /** Of the calls since the step began. */
  readonly until: (calls: readonly RecordedCall[]) => boolean;
}

function steps(compat: Compat, folder: string): Step[] {
  const cluster = mutantCluster(compat);
  const quiet = (calls: readonly RecordedCall[], after: (call: RecordedCall) => boolean): boolean => {
    const from = calls.findIndex(after);
    return from >= 0 && calls.slice(from).filter(isHeartbeat).length >= keptRepeats;
  };
  const write = (state: Cluster) => () => dump(folder, state);
  return [
    { name: 'the first upload', do: async () => {}, until: (calls) => quiet(calls, isUpload) },
    {
      name: 'an error',
      do: () => put(folder, 'objects.json', '{"kind": "List", "items": ['),
      until: (calls) => calls.filter(hasError).length >= 2,
    },
    { name: 'the end of the error', do: write(cluster), until: (calls) => quiet(calls, isHeartbeat) },
    {
      name: 'changes that are no content',
      do: write(touchCluster(cluster, { seed: 1 })),
      until: (calls) => quiet(calls, isHeartbeat),
    },
    {
      name: 'a change of content',
      do: write(changeCluster(cluster, { seed: 2, fraction: 0.3 })),
      until: (calls) => quiet(calls, isUpload),
    },
    { name: 'a restart of the server', do: 'restart', until: (calls) => quiet(calls, isUpload) },
  ];
}

async function serve(compat: Compat, log: CallLog, port = 0): Promise<RunningServer> {
  const server = await createFakeServer({
    compat,
    clusters: [],
    // Like a real server, so that the agent falls back to the package that is known.
    strictPackages: true,
    listen: { host: '127.0.0.1', port },
    listeners: [(record) => record.kind === 'call' && log.add(record)],
  });
  return server;
}

interface CallLog {
  readonly length: number;
  add(record: CallRecord): void;
  restarted(): void;
  calls(): readonly RecordedCall[];
  until(from: number, condition: (calls: readonly RecordedCall[]) => boolean, what: () => string): Promise<void>;
}

function createCallLog(): CallLog {
  const calls: RecordedCall[] = [];
  const decodeCall = createCallDecoder();
  let afterRestart = false;
  let wake = (): void => {};
  return {
    get length() {
      return calls.length;
    },
    add(record) {
      calls.push({ ...decodeCall(record), ...(afterRestart ? { afterRestart } : {}) });
      afterRestart = false;
      wake();
    },
    restarted() {
      afterRestart = true;
    },
    calls: () => calls,
    until: (from, condition, what) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(
          () => reject(new Error(`The reference agent did not come to the end of: ${what()}`)),
          timeoutMs,
        );
        wake = () => {
          if (!condition(calls.slice(from))) return;
          clearTimeout(late);
          resolve();
        };
        wake();
      }),
  };
}

/** Moved into place as a whole, so that a change is one change. */
async function put(folder: string, name: string, text: string): Promise<void> {
  await writeFile(join(folder, `${name}.new`), text);
  await rename(join(folder, `${name}.new`), join(folder, name));
}

async function dump(folder: string, state: Cluster): Promise<void> {
  await put(folder, 'objects.json', JSON.stringify(toKubectlList(state)));
  await put(folder, 'version.json', JSON.stringify(toKubectlVersion(state)));
}

/** Without what comes by the clock, and so depends on the speed of the machine: further repeats, and later calls of Sync. */
function withoutClock(calls: readonly RecordedCall[]): readonly RecordedCall[] {
  const first = calls.findIndex(({ request }) => request !== undefined);
  const later = new Set(calls.slice(first).filter(({ request }) => request === undefined));
  let before = '';
  let repeats = 0;
  return withoutCalls(calls, (call) => later.has(call)).filter(({ request, path, outcome, afterRestart }) => {
    const text = JSON.stringify([path, outcome, request?.version, request?.error_msg, request?.entries.length]);
    repeats = text === before && afterRestart !== true ? repeats + 1 : 1;
    before = text;
    return repeats <= keptRepeats;
  });
}
