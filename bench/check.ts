import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { catalogue } from '../src/conformance/catalogue.js';
import { openEmbeddedTarget } from '../src/conformance/run/open-embedded-target.js';
import { runScenarios } from '../src/conformance/run/run-scenarios.js';
import type { Scenario } from '../src/conformance/run/scenario.js';
import { baseCluster } from '../src/conformance/scenarios/common/base-cluster.js';
import { pod } from '../src/conformance/scenarios/common/kube-objects.js';
import { type LoopFacts, watchLoop } from './loop-watch.js';
import { kept, type Row, writeResults } from './results-file.js';

const agent = ['node', 'dist/examples/agents/typescript/agent.js'];
const interval = 0.2;
const size = 100_000;
/** s, until all objects are uploaded. */
const longest = 150;

/** The gate as its users run it, then a cluster of 100,000 objects. */
async function main(): Promise<void> {
  const first = await check(['--scenario', 'first-snapshot']);
  const full = await check(['--profile', 'full']);
  const large = await judgeLargeCluster();
  const rows: Row[] = [
    { what: 'from the start to the first verdict', value: first.seconds, unit: 's', limit: atMost(3) },
    { what: 'profile full, one compat', value: full.seconds, unit: 's', limit: atMost(60) },
    { what: '- memory of the harness, peak', value: full.peakMemory / 1e6, unit: 'MB', limit: atMost(2000) },
    { what: `${size} objects listed, watched, uploaded and judged`, value: large.seconds, unit: 's' },
    { what: '- loop delay, p99', value: large.loop.p99, unit: 'ms', limit: atMost(50) },
    { what: '- loop delay, longest', value: large.loop.longest, unit: 'ms', limit: atMost(50) },
    ...(large.loop.longestCpu === null
      ? []
      : [{ what: '- CPU time of the busiest step', value: large.loop.longestCpu, unit: 'ms', limit: atMost(50) }]),
    { what: '- longest garbage collection', value: large.loop.longestCollection, unit: 'ms' },
    { what: '- memory of the harness, peak', value: large.peakMemory / 1e6, unit: 'MB', limit: atMost(2000) },
  ];
  process.stdout.write(`${writeResults('check', 'A run of the gate', rows, { first, full, large })}\n`);
  if (!rows.every(kept) || first.code !== 0 || full.code !== 0 || !large.passed) process.exitCode = 1;
}

async function check(options: readonly string[]) {
  const begin = performance.now();
  const args = ['bin/plumbline.js', 'check', '--interval', `${interval}`, ...options, '--', ...agent];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  let ended = false;
  let peakMemory = 0;
  const code = new Promise<number | null>((resolve) => {
    child.once('exit', (status) => {
      ended = true;
      resolve(status);
    });
  });
  while (!ended) {
    peakMemory = Math.max(peakMemory, residentPeak(child.pid));
    await Promise.race([code, sleep(100)]);
  }
  return { code: await code, seconds: (performance.now() - begin) / 1000, peakMemory };
}

/** Bytes; 0 once the process is gone. */
function residentPeak(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

async function judgeLargeCluster() {
  const begin = performance.now();
  const watch: { end?: () => LoopFacts } = {};
  const scenario: Scenario = {
    name: 'hundred-thousand',
    title: `The cluster has ${size} objects.`,
    profile: 'long',
    judges: ['snapshot/complete'],
    longest: 2 * longest,
    setting: { objects: largeCluster },
    async play(stage) {
      // The objects were made on this thread, which is no work of the harness.
      watch.end = watchLoop();
      const isThere = await stage.upToDate('all objects are there', { allowanceMs: longest * 1000 });
      stage.judge('snapshot/complete').that(isThere, () => ({
        message: `Not all of ${size} objects came within ${longest} s.`,
        found: 'fewer',
        expected: String(size),
      }));
    },
  };
  const verdict = await runScenarios({
    scenarios: [scenario],
    rules: catalogue(),
    command: agent,
    env: { ...process.env },
    cwd: process.cwd(),
    openTarget: openEmbeddedTarget,
    kube: 'embedded',
    compat: 'v7',
    clusterId: 'plumbline',
    clusterRegistered: true,
    strictPackages: false,
    interval: 1,
    seed: 1,
    jobs: 1,
    timeout: 2 * longest,
    profile: 'long',
  });
  const loop = watch.end?.();
  if (loop === undefined) throw new Error(`The scenario was not played: ${verdict.scenarios?.[0]?.reason ?? ''}`);
  return {
    passed: verdict.outcome === 'pass' && verdict.rules.some(isComplete),
    failed: verdict.rules.filter(({ status }) => status === 'failed').map(({ id }) => id),
    reason: verdict.scenarios?.[0]?.reason,
    seconds: (performance.now() - begin) / 1000,
    loop,
    peakMemory: process.resourceUsage().maxRSS * 1024,
  };
}

function isComplete({ id, status }: { readonly id: string; readonly status: string }): boolean {
  return id === 'snapshot/complete' && status === 'passed';
}

function largeCluster() {
  const base = baseCluster();
  const owner = base.find(({ kind }) => kind === 'DaemonSet');
  if (owner === undefined) throw new Error('the base cluster has no DaemonSet');
  const more = Array.from({ length: size - base.length }, (_, at) => {
    const made = pod({ name: `logger-${at.toString(36).padStart(5, '0')}`, owner, number: 1, node: 1 + (at % 2) });
    const podIP = `10.${(at >> 16) + 1}.${(at >> 8) & 255}.${at & 255}`;
    return { ...made, status: { ...(made.status as object), podIP, podIPs: [{ ip: podIP }] } };
  });
  return [...base, ...more];
}

function atMost(value: number) {
  return { kind: 'at most', value } as const;
}

await main();
