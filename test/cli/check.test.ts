import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { makeCluster, toKubectlList, toKubectlVersion } from '../../fixtures/cluster/index.js';
import type { Verdict } from '../../src/conformance/verdict.js';
import { typescriptAgent } from '../agents/example-agents.js';
import { describeBadUsage } from './support/describe-bad-usage.js';
import { plumbline, start } from './support/plumbline.js';

let folder = '';
let agent: readonly string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-check-'));
  const cluster = makeCluster({ seed: 3, pods: 20 });
  await writeFile(join(folder, 'objects.json'), JSON.stringify(toKubectlList(cluster)));
  await writeFile(join(folder, 'version.json'), JSON.stringify(toKubectlVersion(cluster)));
  const prepared = await typescriptAgent.prepare();
  if ('absent' in prepared) throw new Error(prepared.absent);
  agent = [...prepared.command, '--from', join(folder, 'objects.json'), join(folder, 'version.json')];
}, 120_000);

afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** No scenario is played. */
const passive = ['--profile', 'passive'];

const script = (text: string) => ['--', process.execPath, '-e', text];

describe('check', () => {
  it('gives a journal the verdict of the run that wrote it, byte for byte', async () => {
    const journal = join(folder, 'journal');
    const live = await plumbline([
      ...['check', ...passive, '--interval', '0.2', '--cluster', 'c1', '--cluster-registered', 'no'],
      ...['--journal', journal, '--stable', '--format', 'json', '--', ...agent],
    ]);
    expect(live).toMatchObject({ code: 0 });
    const again = await plumbline(['check', '--from-journal', journal, '--stable', '--format', 'json']);
    expect(again.stdout).toBe(live.stdout);
    expect(again.code).toBe(0);
    // Registration is judged where the domain is not declared.
    const { rules } = JSON.parse(live.stdout) as Verdict;
    expect(rules.find(({ id }) => id === 'handshake/cluster-registered')?.status).toBe('passed');
    const inventory = await plumbline(['inventory', '--snapshot', journal, '--format', 'json']);
    expect(JSON.parse(inventory.stdout)).toMatchObject({ clusterId: 'c1', state: 'shown' });
    const some = ['--rule', 'handshake/cluster-*', '--rule', 'entry/unique'];
    const ended = await plumbline(['check', '--from-journal', journal, '--format', 'json', ...some]);
    const asked = JSON.parse(ended.stdout) as Verdict;
    expect(asked.rules.map(({ id, status }) => `${id} ${status}`)).toEqual([
      'handshake/cluster-registered passed',
      'entry/unique passed',
    ]);
  });

  it('ends with 1 and writes reports where a rule failed', async () => {
    const junit = join(folder, 'verdict.xml');
    const json = join(folder, 'verdict.json');
    const ended = await plumbline([
      ...['check', ...passive, '--interval', '0.2', '--report', `junit=${junit}`, '--report', `json=${json}`],
      ...['--', ...agent, '--agent-id', 'none', '--no-sync'],
    ]);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain('request/agent-id-present');
    expect(ended.stdout).toContain('plumbline explain request/agent-id-present');
    const xml = await readFile(junit, 'utf8');
    expect(xml).toMatch(/<testcase classname="request" name="request\/agent-id-present">\s*<failure type="should"/);
    const verdict = JSON.parse(await readFile(json, 'utf8')) as Verdict;
    expect(verdict).toMatchObject({ schema: 'plumbline/check/1', compat: 'v7', outcome: 'fail' });
    expect(verdict.times?.durationMs).toBeGreaterThan(0);
  });

  it('judges agents that attach, until the time is over', async () => {
    const server = `127.0.0.1:${await freePort()}`;
    const [program = '', ...rest] = agent;
    const env = {
      ...process.env,
      PLUMBLINE_SERVER: server,
      PLUMBLINE_CLUSTER_ID: 'c2',
      PLUMBLINE_SYNC_INTERVAL: '0.2',
    };
    // It waits for the server, so that the time is not over before it has started.
    const child = spawn(program, rest, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stderr, 'data');
    const ended = await plumbline([
      'check',
      '--attach',
      '4',
      '--listen',
      server,
      '--cluster',
      'c2',
      '--format',
      'json',
    ]);
    expect(ended.stderr).toContain('judging what comes in 4 s');
    expect(JSON.parse(ended.stdout)).toMatchObject({
      outcome: 'pass',
      clusters: [{ clusterId: 'c2', state: 'shown' }],
    });
    expect(ended.code).toBe(0);
  });
});

describe('check, with an agent or options that are of no use', () => {
  it('shows the output of an agent that ends at once, what it was given, and is never green', async () => {
    const kubeconfig = join(folder, 'objects.json');
    const groupConfig = join(folder, 'group.yaml');
    await writeFile(groupConfig, 'inputs: {resources: {push_interval: 10s}}\n');
    const given = ['CLUSTER_ID', 'SYNC_INTERVAL', 'GROUP_CONFIG'].map((name) => `e.PLUMBLINE_${name}`).join(', ');
    const ended = await plumbline([
      ...['check', ...passive, '--interval', '0.5', '--cluster', 'c3', '--kube', kubeconfig],
      ...['--group-config', groupConfig],
      ...script(`const e = process.env; console.error([${given}, e.KUBECONFIG].join(' ')); process.exit(5)`),
    ]);
    expect(ended).toMatchObject({ code: 4 });
    expect(ended.stderr).toContain('ended by itself, with exit code 5');
    expect(ended.stderr).toContain(`| c3 0.5 ${groupConfig} ${kubeconfig}`);
    expect(ended.stdout).toContain('NOTHING JUDGED');
  });

  it('ends with 4 where the agent never connects', async () => {
    const ended = await plumbline(['check', ...passive, '--timeout', '0.5', ...script('setInterval(() => {}, 1000)')]);
    expect(ended).toMatchObject({ code: 4 });
    expect(ended.stderr).toContain('0.5 s are over (--timeout)');
  });

  it('leaves no process behind after Ctrl-C', async () => {
    const running = start(['check', ...passive, ...script('console.log(process.pid); setInterval(() => {}, 1000)')]);
    const pids = await descendants(running.child.pid ?? 0);
    expect(pids).toHaveLength(1);
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(4);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('ends with 2 where it is not told what to judge', async () => {
    expect(await plumbline(['check'])).toMatchObject({ code: 2, stdout: '' });
  });
});

describeBadUsage([
  [['check'], 'needs exactly one of'],
  [['check', '--attach', '1', '--', 'true'], 'needs exactly one of'],
  [['check', '--', '/no/such/agent'], "COMMAND '/no/such/agent' cannot be started: there is no such program"],
  [['check', '--rule', 'entry/zlib', '--', 'true'], "Did you mean 'entry/zlib-stream'?"],
  [['check', '--report', 'pdf=x', '--', 'true'], "--report is 'pdf'; expected json or junit"],
  [['check', '--report', 'json', '--', 'true'], 'expected FORMAT=PATH'],
  [
    ['check', '--kube', '/no/such/config', '--', 'true'],
    '--kube /no/such/config: /no/such/config cannot be used as a kubeconfig',
  ],
  [['check', '--profile', 'passive', '--scenario', 'noise', '--', 'true'], '--scenario names what is played'],
  [['check', '--attach', '1', '--kube', 'kind'], '--kube chooses the Kubernetes of an agent that check starts'],
  [['check', '--kube-image', 'node:1', '--', 'true'], '--kube-image is the image of --kube kind'],
  [['check', '--from-journal', '/no/such', '--faults', 'f.yaml'], '--faults is for runs that play no scenario'],
  [['check', '--from-journal', '/no/such', '--group-config', 'g.yaml'], '--group-config: a journal has its own'],
  [['check', '--from-journal', '/no/such', '--journal', 'j'], '--journal: what is judged again is not written again'],
  [['check', '--interval', '0', '--', 'true'], 'Expected a number above 0'],
  [['check', '--compat', 'v8', '--', 'true'], 'Allowed choices are doc, v6.5, v7'],
  [['check', '--from-journal', '/no/such/journal'], '/no/such/journal'],
  [['serve', '--listen', 'here'], "--listen is 'here'; expected HOST:PORT"],
  [['serve', '--tls-cert', 'x'], 'TLS needs both --tls-cert and --tls-key'],
  [['serve', '--cluster', 'a b', '--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0'], 'a b'],
  [['inventory'], 'There is no snapshot to look at'],
  [['inventory', '--snapshot', '/no/such/file'], '/no/such/file'],
  [['inventory', '--server', 'http://127.0.0.1:1'], 'Nothing answers at http://127.0.0.1:1/'],
  [['explain', 'entry/zlib-steam'], "Did you mean 'entry/zlib-stream'?"],
  [['rules', '--format', 'xml'], "--format is 'xml'; expected table or json or markdown"],
  [['nonsense'], "unknown command 'nonsense'"],
]);

/** One that nobody listens on, for now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits for the first child of a process, and gives the children that it has then. */
async function descendants(pid: number): Promise<number[]> {
  for (;;) {
    const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
    const pids = text.split(' ').filter(Boolean).map(Number);
    if (pids.length > 0) return pids;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
