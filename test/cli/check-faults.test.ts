import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { typescriptAgent } from '../agents/example-agents.js';
import { describeBadUsage } from './support/describe-bad-usage.js';
import { start } from './support/plumbline.js';

/** A file whose fault does nothing that there is. */
const wrong = join(import.meta.dirname, 'support', 'unknown-fault.yaml');

let folder = '';
let agent: readonly string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-check-faults-'));
  const prepared = await typescriptAgent.prepare();
  if ('absent' in prepared) throw new Error(prepared.absent);
  agent = prepared.command;
}, 120_000);

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

it('plays the faults of two files with an agent that attaches', async () => {
  const server = await file(
    'server.yaml',
    '- { id: busy, match: { method: KubernetesAPISync }, times: 1, effect: { kind: status, code: UNAVAILABLE } }\n',
  );
  const kubernetes = await file(
    'kubernetes.yaml',
    '- { id: storage, match: { verb: list, resource: pods }, times: 1, effect: { kind: status, code: 500 } }\n',
  );
  const running = start(['check', '--attach', '30', '--faults', server, '--kube-faults', kubernetes]);
  const told = await running.line(/judging what comes/);
  const [, address = ''] = /gRPC (\S+),/.exec(told) ?? [];
  const [, kubeconfig = ''] = /kubeconfig (\S+)/.exec(told) ?? [];
  const [program = '', ...args] = agent;
  const env = {
    ...process.env,
    PLUMBLINE_SERVER: address,
    PLUMBLINE_CLUSTER_ID: 'plumbline',
    PLUMBLINE_SYNC_INTERVAL: '0.2',
    KUBECONFIG: kubeconfig,
  };
  const child = spawn(program, args, { env, stdio: 'ignore' });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  await Promise.all([running.line(/^fault busy: .*UNAVAILABLE/), running.line(/^fault storage: /)]);
  running.child.kill('SIGINT');
  expect((await running.ended).stdout).toContain('SIGINT came while the agent was watched');
}, 60_000);

describeBadUsage([
  [['check', '--attach', '1', '--kube-faults', wrong], `${wrong}:1:21: found "nothing", expected one of status`],
  [['check', '--faults', wrong, '--', 'true'], '--faults is for runs that play no scenario'],
  [['check', '--profile', 'passive', '--kube-faults', wrong, '--', 'true'], '--kube-faults is for the Kubernetes API'],
]);
