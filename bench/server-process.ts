import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { catalogue } from '../src/conformance/catalogue.js';
import { createJudge } from '../src/conformance/judge.js';
import type { JudgeContext } from '../src/conformance/rule.js';
import { createThreadedAnalyst } from '../src/conformance/threaded-analyst.js';
import type { JournalRecord } from '../src/journal/record.js';
import { createFakeServer } from '../src/server/fake-server.js';
import { benchClusterId } from './make-uploads.js';
import { now } from './now.js';
import { type SnapshotMeasure, watchLoop } from './server-messages.js';

/** Larger requests are uploads to be measured. */
const uploadBytes = 100_000;

/**
 * The server as `plumbline serve --journal` runs it, in a process of its own: tells its parent where it listens, and of
 * each large upload when its verdict and inventory were ready.
 */
async function main(): Promise<void> {
  const context: JudgeContext = { compat: 'v7', clusterRegistered: true };
  const rules = catalogue();
  const analyst = createThreadedAnalyst({ context, rules });
  const judge = createJudge({ ...context, rules, analyst });
  const directory = await mkdtemp(join(tmpdir(), 'plumbline-bench-'));
  // The shortest interval that the histogram takes; an idle loop shows about as much. Its timer costs a little, too.
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const watchesLoop = process.argv.includes(watchLoop);

  const measure = async (recordedAt: number): Promise<void> => {
    await judge.settled();
    const analysedAt = now();
    const verdict = await judge.verdict();
    const readyAt = now();
    delay.disable();
    const [cluster] = verdict.clusters.filter(({ clusterId }) => clusterId === benchClusterId);
    const view = { compat: context.compat, version: BigInt(cluster?.version ?? 0), errorMsg: '', registered: true };
    const inventory = await analyst.inventory(benchClusterId, view);
    const result: SnapshotMeasure = {
      recordedAt,
      analysedAt,
      readyAt,
      inventoryJsonAt: now(),
      inventoryJsonBytes: inventory.length,
      loopDelayP99: delay.percentile(99) / 1e6,
      loopDelayMax: delay.max / 1e6,
      peakMemory: peakMemory(),
      state: cluster?.state ?? 'empty',
      shown: cluster?.shown ?? 0,
      rulesJudged: verdict.rules.length - verdict.summary.notJudged,
      faults: verdict.faults,
    };
    delay.reset();
    if (watchesLoop) delay.enable();
    process.send?.(result);
  };
  const listener = (record: JournalRecord): void => {
    const recordedAt = now();
    judge.observe(record);
    if (record.kind === 'call' && record.request.length > uploadBytes) void measure(recordedAt);
  };
  const server = await createFakeServer({
    compat: context.compat,
    clusters: [benchClusterId, 'other'],
    strictPackages: false,
    listen: { host: '127.0.0.1', port: 0 },
    journal: { directory, fsync: false },
    listeners: [listener],
    admit: judge.admit,
    foresee: judge.foresee,
  });
  process.once('message', async () => {
    await server.close({ graceMs: 1000 });
    await analyst.close();
    await rm(directory, { recursive: true });
    process.disconnect();
  });
  if (watchesLoop) delay.enable();
  process.send?.(server.grpc);
}

/** Bytes. From Linux itself: what `resourceUsage` tells begins with the memory of the process that forked this one. */
function peakMemory(): number {
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return Number(kibibytes) * 1024;
}

await main();
