import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/conformance/verdict.js';
import { goAgent, type Prepared, pythonAgent, typescriptAgent } from '../agents/example-agents.js';
import { plumbline } from './support/plumbline.js';

const rules = [
  'sync/identifies-itself',
  'sync/keeps-interval',
  'sync/adopts-configuration',
  'sync/watch-flag-honoured',
  'sync/ntp-sane',
  'genesis/version-handshake',
  'genesis/reports-nics',
  'push/reopens',
  'escape/keeps-trying',
  'upgrade/verifies-md5',
];

const scenarios = [
  'configuration-changes',
  'seat-lost',
  'sync-fails',
  'push-breaks',
  'ntp-enabled',
  'upgrade-offered',
  'watcher-deployment',
  'watcher-and-daemonset',
];

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-agent-sync-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function check(name: string, options: readonly string[]): Promise<{ code: number | null; verdict: Verdict }> {
  const report = join(folder, `${name}.json`);
  const { code } = await plumbline(['check', '--interval', '0.2', '--report', `json=${report}`, ...options]);
  return { code, verdict: JSON.parse(readFileSync(report, 'utf8')) as Verdict };
}

const statusOf = ({ rules }: Verdict) => new Map(rules.map(({ id, status }) => [id, status]));

describe.each([typescriptAgent, pythonAgent, goAgent])('check of an agent that the server manages: $name', (agent) => {
  let prepared: Prepared;

  beforeAll(async () => {
    prepared = await agent.prepare();
  }, 900_000);

  beforeEach((context) => {
    if ('absent' in prepared) context.skip(prepared.absent);
  });

  it('judges its sync, and finds nothing wrong', async () => {
    const command = 'command' in prepared ? prepared.command : [];
    const played = scenarios.flatMap((scenario) => ['--scenario', scenario]);
    const { code, verdict } = await check(agent.name, [...played, '--', ...command, '--agent-sync']);
    const failed = verdict.rules.filter(({ status }) => status === 'failed');
    expect(failed.map(({ id, findings }) => ({ id, found: findings[0]?.found }))).toEqual([]);
    expect(code).toBe(0);
    for (const id of rules) expect(statusOf(verdict).get(id), id).toBe('passed');
  }, 300_000);
});

describe('check of an agent that only registers', () => {
  it('says why rules on managed agents are not judged, and finds nothing wrong', async () => {
    const prepared = await typescriptAgent.prepare();
    const command = 'command' in prepared ? prepared.command : [];
    const options = ['--scenario', 'push-breaks', '--scenario', 'watcher-deployment', '--scenario', 'seat-lost'];
    const { code, verdict } = await check('registers', [...options, '--', ...command]);
    expect(code).toBe(0);
    const rule = (id: string) => verdict.rules.find((each) => each.id === id);
    expect(rule('push/reopens')).toMatchObject({
      status: 'not-judged',
      reason: expect.stringContaining('its id alone'),
    });
    expect(rule('sync/keeps-interval')).toMatchObject({ status: 'not-judged' });
    expect(rule('sync/identifies-itself')).toMatchObject({ status: 'passed' });
  }, 120_000);
});

describe('check of an agent that never calls', () => {
  it('does not say ok of a scenario in which nothing could be judged', async () => {
    const { stderr } = await plumbline([
      ...['check', '--interval', '0.2', '--scenario', 'quiet-period', '--'],
      ...[process.execPath, '-e', 'setTimeout(() => process.exit(0), 500)'],
    ]);
    expect(stderr).toMatch(/quiet-period \([\d.]+ s\): not judged: the agent ended by itself before/);
  }, 60_000);
});
