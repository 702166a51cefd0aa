import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCluster, toKubectlList, toKubectlVersion } from '../../fixtures/cluster/index.js';
import type { Verdict } from '../../src/conformance/verdict.js';
import { typescriptAgent } from '../agents/example-agents.js';
import { type Ended, start } from './support/plumbline.js';
import { peakMemory, processesWith } from './support/processes.js';

const program = join(import.meta.dirname, 'bad-agents', 'bad-agent.mjs');
const mebibyte = 1024 * 1024;

let folder = '';
let agent: readonly string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-bad-agents-'));
  const prepared = await typescriptAgent.prepare();
  if ('absent' in prepared) throw new Error(prepared.absent);
  agent = prepared.command;
}, 120_000);

afterAll(async () => {
  await rm(folder, { recursive: true });
});

interface Checked extends Ended {
  readonly verdict: Verdict;
  /** Bytes. */
  readonly memory: number;
}

/** Where an agent of this mode writes what it was given; also a mark on the command lines of all its processes. */
const fileOf = (mode: string) => join(folder, `${mode}.txt`);

function begin(mode: string, options: readonly string[]) {
  const report = join(folder, `${mode}.json`);
  const running = start([
    ...['check', '--interval', '0.2', '--report', `json=${report}`, ...options],
    ...['--', process.execPath, program, mode, fileOf(mode), ...agent],
  ]);
  const verdict = () => JSON.parse(readFileSync(report, 'utf8')) as Verdict;
  return { running, verdict };
}

async function checkedWith(mode: string, options: readonly string[]): Promise<Checked> {
  const { running, verdict } = begin(mode, options);
  let memory = 0;
  const timer = setInterval(() => {
    memory = Math.max(memory, peakMemory(running.child.pid ?? 0));
  }, 50);
  const ended = await running.ended;
  clearInterval(timer);
  return { ...ended, memory, verdict: verdict() };
}

/** Nothing of the agent runs, and nothing listens where it was told to connect to. */
async function expectNothingLeft(mode: string): Promise<void> {
  expect(processesWith(fileOf(mode))).toEqual([]);
  const addresses = readFileSync(fileOf(mode), 'utf8').match(/\S+:\d+/g) ?? [];
  expect(addresses.length).toBeGreaterThan(1);
  expect(await Promise.all(addresses.map(answers))).toEqual(addresses.map(() => false));
}

/** Whether anybody listens at "address:port". */
function answers(address: string): Promise<boolean> {
  const { hostname, port } = new URL(`http://${address}`);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

describe('check with an agent that does harm', () => {
  it('survives 10,000 requests a second, and names the rule that they break', async () => {
    const { code, verdict, memory } = await checkedWith('flood', ['--scenario', 'first-snapshot', '--timeout', '3']);
    expect(code).toBe(1);
    expect(verdict.faults).toEqual([]);
    expect(verdict.summary.calls).toBeGreaterThan(1_000);
    expect(verdict.rules.find(({ id }) => id === 'transport/one-call-at-a-time')?.status).toBe('failed');
    expect(memory).toBeLessThan(700 * mebibyte);
    await expectNothingLeft('flood');
  }, 60_000);

  it('judges an agent that dies within a scenario and is started again by its supervisor', async () => {
    const { code, verdict } = await checkedWith('supervise', ['--scenario', 'object-changes']);
    expect(verdict.faults).toEqual([]);
    expect(verdict.scenarios?.map(({ status }) => status)).toEqual(['played']);
    expect(verdict.rules.find(({ id }) => id === 'change/added-appears')?.status).toBe('passed');
    // A verdict. What else a death costs depends on the moment: a change may come too late, a version may come again.
    expect([0, 1]).toContain(code);
    await expectNothingLeft('supervise');
  }, 60_000);

  it('reads 1 GB of output and keeps its end', async () => {
    const { code, verdict, memory } = await checkedWith('chatter', ['--scenario', 'quiet-period']);
    expect(code).toBe(0);
    expect(readFileSync(fileOf('chatter'), 'utf8')).toContain('written');
    expect(verdict.scenarios?.[0]?.agentOutput.length).toBeLessThan(mebibyte);
    expect(memory).toBeLessThan(500 * mebibyte);
    await expectNothingLeft('chatter');
  }, 60_000);

  it('ends what an agent has left behind, in its process group or in another session', async () => {
    const { code, stderr } = await checkedWith('leave', ['--scenario', 'first-snapshot']);
    expect(code).toBe(4);
    expect(stderr).toContain('ended by itself, with exit code 0');
    await expectNothingLeft('leave');
  }, 60_000);

  it('ends an agent that no signal stops, with what it has started, after Ctrl-C', async () => {
    const { running, verdict } = begin('stay', ['--scenario', 'first-snapshot']);
    const isUp = () => existsSync(fileOf('stay')) && readFileSync(fileOf('stay'), 'utf8').includes('up');
    while (!isUp()) await new Promise((resolve) => setTimeout(resolve, 20));
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: 4 });
    expect(verdict()).toMatchObject({ outcome: 'nothing-judged', interrupted: 'SIGINT came after 0 of 1 scenarios' });
    await expectNothingLeft('stay');
  }, 60_000);
});

describe('check that is interrupted', () => {
  it('is not green, whatever was judged before, and its journals are not either', async () => {
    const journal = join(folder, 'journal');
    const running = start([
      ...['check', '--interval', '0.2', '--jobs', '1', '--journal', journal],
      ...['--scenario', 'first-snapshot', '--scenario', 'quiet-period', '--', ...agent],
    ]);
    expect(await running.line(/\[1\/2\]/)).toContain('first-snapshot');
    running.child.kill('SIGTERM');
    const ended = await running.ended;
    expect(ended.stdout).toContain('The run was broken off: SIGTERM came after 1 of 2 scenarios.');
    expect(ended.stdout).toContain('INTERRUPTED');
    expect(ended.code).toBe(4);
    const again = start(['check', '--from-journal', journal]);
    expect(await again.ended).toMatchObject({ code: 4, stdout: expect.stringContaining('INTERRUPTED') });
    const scenario = start(['check', '--from-journal', join(journal, 'quiet-period')]);
    expect((await scenario.ended).code).toBe(4);
  }, 60_000);

  it('is not green where no scenario is played', async () => {
    const journal = join(folder, 'passive');
    const [objects, version] = [join(folder, 'objects.json'), join(folder, 'version.json')];
    const cluster = makeCluster({ seed: 3, pods: 20 });
    await writeFile(objects, JSON.stringify(toKubectlList(cluster)));
    await writeFile(version, JSON.stringify(toKubectlVersion(cluster)));
    const running = start([
      ...['check', '--profile', 'passive', '--interval', '0.2', '--stable', '--journal', journal],
      ...['--', ...agent, '--from', objects, version],
    ]);
    const hasCall = () =>
      existsSync(journal) &&
      readdirSync(journal).some((name) => readFileSync(join(journal, name), 'latin1').includes('/KubernetesAPISync'));
    while (!hasCall()) await new Promise((resolve) => setTimeout(resolve, 20));
    running.child.kill('SIGINT');
    const ended = await running.ended;
    expect(ended.stdout).toContain('The run was broken off: SIGINT came while the agent was watched.');
    expect(ended.code).toBe(4);
    const again = start(['check', '--from-journal', journal, '--stable']);
    expect(await again.ended).toMatchObject({ code: 4, stdout: ended.stdout });
  }, 60_000);
});
