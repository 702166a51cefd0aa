import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogue } from '../../src/conformance/catalogue.js';
import { startJudgedServer } from '../../src/conformance/judged-server.js';
import { watchLoop } from '../loop-watch.js';
import { now } from '../now.js';
import { type Configured, configuration, type ServerMeasure, type ServerOrder } from './messages.js';

/** The server as `plumbline serve --journal` runs it, in a process of its own; tells its parent where it listens. */
async function main(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'plumbline-bench-'));
  const problems: string[] = [];
  const { server, close } = await startJudgedServer({
    compat: 'v7',
    clusters: [],
    strictPackages: false,
    rules: catalogue(),
    clusterRegistered: false,
    listen: { host: '127.0.0.1', port: 0 },
    journal: { directory, fsync: false },
    onProblem: (message, cause) => problems.push(`${message}: ${cause}`),
  });
  let cpu = process.cpuUsage();
  let since = now();
  let endWatch = watchLoop();

  async function configure(round: number): Promise<Configured> {
    const [group] = server.model.groups();
    const mode = group?.configurations.v7 === undefined ? 'create' : 'update';
    const changedAt = now();
    const yaml = configuration(round);
    const change = { kind: 'put-configuration', group: group?.lcuuid ?? '', generation: 'v7', yaml, mode } as const;
    const result = await server.change(change);
    if (!result.ok) problems.push(`the configuration was refused: ${result.description}`);
    return { changedAt };
  }

  function measured(): ServerMeasure {
    const used = process.cpuUsage(cpu);
    const { streams, memory, journal } = server.status();
    return {
      loop: endWatch(),
      peakMemory: peakMemory(),
      cpu: (used.user + used.system) / 1000 / (now() - since),
      agents: memory.agents,
      openStreams: streams.open,
      lostRecords: journal.lost,
      problems,
    };
  }

  process.on('message', async (order: ServerOrder) => {
    if ('end' in order) {
      endWatch();
      await close({ graceMs: 1000 });
      await rm(directory, { recursive: true });
      process.disconnect();
    } else if (order.kind === 'configure') {
      process.send?.(await configure(order.round));
    } else if (order.kind === 'measured') {
      process.send?.(measured());
    } else {
      endWatch();
      endWatch = watchLoop();
      cpu = process.cpuUsage();
      since = now();
      process.send?.({});
    }
  });
  process.send?.(server.grpc);
}

/** Bytes. From Linux itself: what `resourceUsage` tells begins with the memory of the process that forked this one. */
function peakMemory(): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024;
}

await main();
