import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/conformance/verdict.js';
import { typescriptAgent } from '../agents/example-agents.js';
import { describeBadUsage } from './support/describe-bad-usage.js';
import { plumbline, start } from './support/plumbline.js';
import { processesWith } from './support/processes.js';

let folder = '';
let agent: readonly string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-scenarios-'));
  const prepared = await typescriptAgent.prepare();
  if ('absent' in prepared) throw new Error(prepared.absent);
  agent = prepared.command;
}, 120_000);

afterAll(async () => {
  await rm(folder, { recursive: true });
});

const script = (text: string) => ['--', process.execPath, '-e', text];

const mark = (name: string) => `plumbline-test-${name}-${process.pid}`;

describe('check with scenarios', () => {
  it('passes the reference agent, and gives the journals of it the same verdict', async () => {
    const journal = join(folder, 'journal');
    const report = join(folder, 'verdict.json');
    const ended = await plumbline([
      ...['check', '--interval', '0.2', '--jobs', '2', '--journal', journal, '--report', `json=${report}`],
      ...['--scenario', 'object-*', '--scenario', 'kubernetes-down', '--scenario', 'server-restart', '--', ...agent],
    ]);
    expect(ended).toMatchObject({ code: 0 });
    const verdict = JSON.parse(readFileSync(report, 'utf8')) as Verdict;
    const statusOf = (of: Verdict) => new Map(of.rules.map(({ id, status }) => [id, status]));
    for (const id of [
      'change/added-appears',
      'error/reported',
      'handshake/full-resend-after-server-restart',
      'snapshot/complete',
      'watch/reads-only',
    ]) {
      expect(statusOf(verdict).get(id), id).toBe('passed');
    }
    expect(verdict.scenarios?.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'object-changes played',
      'object-recreated played',
      'kubernetes-down played',
      'server-restart played',
    ]);
    const timeline = verdict.scenarios?.[0]?.timeline ?? [];
    const shown = timeline.find(({ lane, object }) => lane === 'inventory' && object === '*v1.Service shop/cart');
    const request = timeline[shown?.cause ?? -1];
    expect(request?.lane).toBe('request');
    const again = await plumbline(['check', '--from-journal', journal, '--format', 'json']);
    const judgedAgain = JSON.parse(again.stdout) as Verdict;
    expect(statusOf(judgedAgain)).toEqual(statusOf(verdict));
    const { run, clusterRole } = verdict;
    expect(judgedAgain).toMatchObject({ run, clusterRole });
    const without = (of: Verdict) => of.scenarios?.map(({ durationMs: _, ...scenario }) => scenario);
    expect(without(judgedAgain)).toEqual(without(verdict));
  }, 120_000);
});

describe('check with scenarios, and an agent that is of no use', () => {
  it('shows the output of an agent that ends at once, and is never green', async () => {
    const ended = await plumbline([
      'check',
      '--profile',
      'quick',
      ...script('console.error("no such cluster"); process.exit(5)'),
    ]);
    expect(ended).toMatchObject({ code: 4 });
    expect(ended.stderr).toContain('ended by itself, with exit code 5');
    expect(ended.stderr).toContain('| no such cluster');
  }, 60_000);

  it('leaves no process behind of an agent that forks, ignores SIGTERM and writes without end', async () => {
    const name = mark('fork');
    const text = `/* ${name} */ process.on('SIGTERM', () => {}); if (!process.env.CHILD) require('child_process').spawn(process.execPath, ['-e', "/* ${name} */ process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"], { env: { CHILD: '1' }, stdio: 'inherit' }); const line = 'x'.repeat(1 << 16); (function write() { process.stdout.write(line, write); })();`;
    const ended = await plumbline(['check', '--scenario', 'first-snapshot', '--timeout', '2', ...script(text)]);
    expect(ended).toMatchObject({ code: 4 });
    expect(processesWith(name)).toEqual([]);
  }, 60_000);

  it('leaves no process behind after Ctrl-C', async () => {
    const name = mark('interrupt');
    const running = start(['check', '--profile', 'quick', ...script(`/* ${name} */ setInterval(() => {}, 1000)`)]);
    for (;;) {
      const agents = processesWith(name).filter((pid) => pid !== running.child.pid);
      if (agents.length > 0) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(4);
    expect(processesWith(name)).toEqual([]);
  }, 60_000);
});

describeBadUsage([
  [['check', '--scenario', 'no-such', '--', 'true'], "--scenario 'no-such' names no scenario"],
  [['check', '--profile', 'all', '--', 'true'], "--profile is 'all'"],
  [['check', '--group-config', '/no/such/file', '--', 'true'], '--group-config: /no/such/file cannot be used'],
  [['check', '--', '/no/such/agent'], "COMMAND '/no/such/agent' cannot be started"],
]);
