import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Child, startChild } from '../child.js';
import { kept, type Row, writeResults } from '../results-file.js';
import {
  type AgentsScale,
  type Configured,
  intervals,
  type Joined,
  type LoadMeasure,
  type ServerMeasure,
  type Told,
} from './messages.js';

const configurations = 3;
/** As docs/guides/serve.md advises for thousands of agents. */
const helpers = '--v8-pool-size=0';
/** What a missing Push is waited for, ms. */
const patience = 10_000;
/** Between the last agent's joining and the measurement, ms. */
const settlingMs = 5_000;

interface Run {
  readonly scale: AgentsScale;
  readonly server: Child;
  readonly client: Child;
}

/** Thousands of agents at one server: is any of them kept waiting, or forgotten? */
export async function main(): Promise<void> {
  const scale = scaleOf(process.argv.slice(2));
  const server = startChild('./agents/server-process.js', { execArgv: [helpers, ...process.execArgv] });
  const client = startChild('./agents/client-process.js');
  const run: Run = { scale, server, client };
  const joined = await join(run);
  const { load, steady } = await keepUpLoad(run);
  const { told, configuring } = await changeConfiguration(run);
  await Promise.all([server.end(), client.end()]);

  const rows = rowsOf(scale, { joined, load, steady, told });
  const title = `${scale.agents} agents of ${scale.clusters} clusters, ${scale.seconds} s, server with ${helpers}`;
  const table = writeResults('agents', title, rows, { scale, joined, load, steady, told, configuring });
  process.stdout.write(`${table}\n`);
  if (!rows.every(kept)) process.exitCode = 1;
}

async function join({ scale, server, client }: Run): Promise<Joined> {
  const target = await server.next<string>();
  client.send({ kind: 'join', target, scale });
  const joined = await client.next<Joined>();
  process.stderr.write(`${joined.agents} agents joined in ${Math.round(joined.took)} ms\n`);
  // What joining has set off is not part of the load.
  await wait(settlingMs);
  return joined;
}

async function keepUpLoad({ scale, server, client }: Run): Promise<{ load: LoadMeasure; steady: ServerMeasure }> {
  server.send({ kind: 'measure' });
  await server.next();
  client.send({ kind: 'load', seconds: scale.seconds });
  const load = await client.next<LoadMeasure>();
  server.send({ kind: 'measured' });
  return { load, steady: await server.next<ServerMeasure>() };
}

/** Under the load that goes on. */
async function changeConfiguration({ server, client }: Run): Promise<{ told: Reached[]; configuring: ServerMeasure }> {
  server.send({ kind: 'measure' });
  await server.next();
  const told: Reached[] = [];
  for (let round = 1; round <= configurations; round++) {
    client.send({ kind: 'await-configuration', round, withinMs: patience });
    server.send({ kind: 'configure', round });
    const { changedAt } = await server.next<Configured>();
    const { told: count, lastAt } = await client.next<Told>();
    told.push({ told: count, took: lastAt - changedAt });
  }
  server.send({ kind: 'measured' });
  return { told, configuring: await server.next<ServerMeasure>() };
}

function scaleOf(args: readonly string[]): AgentsScale {
  const { values } = parseArgs({
    args: [...args],
    options: {
      agents: { type: 'string', default: '2000' },
      clusters: { type: 'string', default: '20' },
      objects: { type: 'string', default: '5000' },
      seconds: { type: 'string', default: '60' },
    },
  });
  const { agents, clusters, objects, seconds } = values;
  return { agents: Number(agents), clusters: Number(clusters), objects: Number(objects), seconds: Number(seconds) };
}

interface Reached {
  readonly told: number;
  /** From the change to the last agent, ms. */
  readonly took: number;
}

/** Calls that the agents have to make, each second. */
function due({ agents, clusters }: AgentsScale): number {
  const each = (ms: number) => 1000 / ms;
  const { sync, genesis, remote, kubernetes, change } = intervals;
  return agents * (each(sync) + each(genesis) + each(remote)) + clusters * (each(kubernetes) + each(change));
}

interface Measures {
  readonly joined: Joined;
  readonly load: LoadMeasure;
  readonly steady: ServerMeasure;
  readonly told: readonly Reached[];
}

function rowsOf(scale: AgentsScale, { joined, load, steady, told }: Measures): readonly Row[] {
  const atMost = (value: number) => ({ limit: { kind: 'at most', value } as const });
  const calls = [load.sync, load.genesis, load.heartbeats, load.remote, load.uploads];
  const failed = calls.reduce((sum, one) => sum + one.failed, 0);
  const total = calls.reduce((sum, one) => sum + one.calls, 0);
  return [
    { what: 'Sync, p99', value: load.sync.p99, unit: 'ms', ...atMost(100) },
    { what: 'Sync, p50', value: load.sync.p50, unit: 'ms' },
    { what: 'GenesisSync, p99', value: load.genesis.p99, unit: 'ms' },
    { what: 'RemoteExecute heartbeat, p99', value: load.remote.p99, unit: 'ms' },
    { what: 'upload of a changed cluster, p99', value: load.uploads.p99, unit: 'ms' },
    { what: 'delay of the server’s event loop, p99', value: steady.loop.p99, unit: 'ms', ...atMost(50) },
    { what: '- longest', value: steady.loop.longest, unit: 'ms' },
    { what: '- CPU time of the busiest step', value: steady.loop.longestCpu ?? 0, unit: 'ms' },
    { what: '- share of the time that it waited for a CPU', value: 100 * (steady.loop.waited ?? 0), unit: '%' },
    { what: 'memory of the server, peak', value: steady.peakMemory / 1e6, unit: 'MB', ...atMost(1_500) },
    { what: 'failed calls', value: failed, unit: '', ...atMost(0) },
    { what: 'missed heartbeats and ended streams', value: load.missed, unit: '', ...atMost(0) },
    {
      what: `a new configuration reaches ${scale.agents} Push streams, worst of ${configurations}`,
      value: Math.max(...told.map(({ took }) => took)),
      unit: 'ms',
      ...atMost(2_000),
    },
    {
      what: 'Push streams that it did not reach',
      value: told.reduce((sum, { told: count }) => sum + scale.agents - count, 0),
      unit: '',
      ...atMost(0),
    },
    { what: 'registered agents', value: steady.agents, unit: '', limit: { kind: 'at least', value: scale.agents } },
    { what: 'calls', value: total / scale.seconds, unit: '/s', limit: { kind: 'at least', value: 0.95 * due(scale) } },
    { what: 'uploads in that time', value: load.uploads.calls, unit: '' },
    { what: 'messages on Push streams', value: load.pushes, unit: '' },
    { what: 'their bytes', value: load.pushedBytes / 1e6, unit: 'MB' },
    { what: 'cores that the server used', value: steady.cpu, unit: '' },
    { what: 'all agents join in', value: joined.took / 1000, unit: 's' },
  ];
}
