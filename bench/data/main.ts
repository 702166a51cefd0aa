import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Latencies } from '../agents/messages.js';
import { startChild } from '../child.js';
import { kept, type Row, writeResults } from '../results-file.js';
import type { DataScale, Ready, Rejoined } from './messages.js';

const kills = 3;
const settlingMs = 3_000;

interface Served {
  readonly sync: Latencies;
  readonly genesis: Latencies;
  readonly uploads: Latencies;
}

/** Kills a server with thousands of agents again and again: is anything gone that it had answered? */
export async function main(): Promise<void> {
  const scale = scaleOf(process.argv.slice(2));
  const directory = await mkdtemp(join(tmpdir(), 'plumbline-bench-'));
  const client = startChild('./data/client-process.js');
  let server = await startServer(directory);
  client.send({ kind: 'join', target: server.ready.target, scale });
  const joined = await client.next<{ readonly took: number }>();
  // What joining has set off is not part of the load.
  await wait(settlingMs);
  const served: Served[] = [];
  const restarts: { readonly ready: Ready; readonly rejoined: Rejoined }[] = [];
  for (let kill = 0; kill < kills; kill++) {
    client.send({ kind: 'load', seconds: scale.seconds });
    // In the midst of the load, a little later each time.
    await wait(scale.seconds * 1000 - 400 + 137 * kill);
    await server.kill();
    served.push(await client.next<Served>());
    server = await startServer(directory);
    client.send({ kind: 'rejoin', target: server.ready.target });
    const rejoined = await client.next<Rejoined>();
    restarts.push({ ready: server.ready, rejoined });
    await wait(settlingMs);
    process.stderr.write(`${JSON.stringify(restarts.at(-1))}\n`);
  }
  await client.end();
  await server.kill();
  await rm(directory, { recursive: true });
  const rows = rowsOf(scale, served, restarts);
  const title = `${scale.agents} agents of ${scale.clusters} clusters, the server killed ${kills} times`;
  process.stdout.write(`${writeResults('data', title, rows, { scale, joined, served, restarts })}\n`);
  if (!rows.every(kept)) process.exitCode = 1;
}

async function startServer(directory: string): Promise<{ readonly ready: Ready; kill(): Promise<void> }> {
  const child = fork(new URL('./server-process.js', import.meta.url), [directory]);
  const exited = once(child, 'exit');
  const [ready] = (await Promise.race([
    once(child, 'message'),
    exited.then(() => {
      throw new Error('the server ended before it was ready');
    }),
  ])) as [Ready];
  return {
    ready,
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function scaleOf(args: readonly string[]): DataScale {
  const { values } = parseArgs({
    args: [...args],
    options: {
      agents: { type: 'string', default: '2000' },
      clusters: { type: 'string', default: '20' },
      objects: { type: 'string', default: '5000' },
      seconds: { type: 'string', default: '15' },
    },
  });
  const { agents, clusters, objects, seconds } = values;
  return { agents: Number(agents), clusters: Number(clusters), objects: Number(objects), seconds: Number(seconds) };
}

function rowsOf(
  scale: DataScale,
  served: readonly Served[],
  restarts: readonly { readonly ready: Ready; readonly rejoined: Rejoined }[],
): readonly Row[] {
  const none = { limit: { kind: 'at most', value: 0 } as const };
  const all = (value: number) => ({ limit: { kind: 'at least', value } as const });
  const rejoined = restarts.map((restart) => restart.rejoined);
  const sum = (count: (one: Rejoined) => number) => rejoined.reduce((total, one) => total + count(one), 0);
  return [
    {
      what: 'agents that a server had when it was back, least',
      value: Math.min(...restarts.map(({ ready }) => ready.agents)),
      unit: '',
      ...all(scale.agents),
    },
    {
      what: 'snapshots that it had, least',
      value: Math.min(...restarts.map(({ ready }) => ready.snapshots)),
      unit: '',
      ...all(scale.clusters),
    },
    { what: 'agents with another id', value: sum(({ otherIds }) => otherIds), unit: '', ...none },
    { what: 'agents that got or lost a seat', value: sum(({ otherSeats }) => otherSeats), unit: '', ...none },
    {
      what: 'uploads that were answered and are gone',
      value: sum(({ lostUploads }) => lostUploads),
      unit: '',
      ...none,
    },
    {
      what: 'uploads under way that had to be sent again',
      value: sum(({ repeatedUploads }) => repeatedUploads),
      unit: '',
    },
    {
      what: 'from the start of the process to its first answer, worst',
      value: Math.max(...restarts.map(({ ready }) => ready.took)),
      unit: 'ms',
    },
    { what: 'until all agents were back, worst', value: Math.max(...rejoined.map(({ took }) => took)), unit: 'ms' },
    { what: 'Sync, p99, worst', value: Math.max(...served.map(({ sync }) => sync.p99)), unit: 'ms' },
    { what: 'GenesisSync, p99, worst', value: Math.max(...served.map(({ genesis }) => genesis.p99)), unit: 'ms' },
    { what: 'upload, p99, worst', value: Math.max(...served.map(({ uploads }) => uploads.p99)), unit: 'ms' },
  ];
}
