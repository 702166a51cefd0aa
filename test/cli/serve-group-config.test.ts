import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { createGuideAgents } from '../docs/guide-agents.js';
import { plumbline, type Serving, serve } from './support/plumbline.js';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-group-config-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

async function serving(...args: readonly string[]): Promise<Serving> {
  const running = await serve(args);
  onTestFinished(() => void running.child.kill('SIGKILL'));
  return running;
}

it('serve has the configurations of groups when it is ready, says what is wrong in them, and keeps what was kept', async () => {
  const everyone = await file('all.yaml', 'inputs:\n  resources:\n    push_interval: 30s\n    push_intervall: 5s\n');
  const macvlan = await file('macvlan.yaml', 'inputs: {cbpf: {common: {capture_mode: 1}}}\n');
  const old = await file('old.yaml', 'tap_mode: 1\n');
  const data = ['--data', join(folder, 'data')];
  const configured = ['--group-config', everyone, '--group-config', `macvlan=${macvlan}`];

  const running = await serving(...data, ...configured, '--group-config', `macvlan=${old}`);
  const agents = createGuideAgents(running.grpc, `http://${running.admin}`);
  await agents.act('agent', new Map([['ip', '10.0.0.1']]));
  await agents.act(
    'agent',
    new Map([
      ['ip', '10.0.0.2'],
      ['group', 'macvlan'],
    ]),
  );
  const configOf = (ip: string) => parse(agents.answers.get(ip)?.user_config ?? '');
  expect(configOf('10.0.0.1')).toMatchObject({ inputs: { resources: { push_interval: '30s' } } });
  expect(configOf('10.0.0.2')).toMatchObject({ inputs: { cbpf: { common: { capture_mode: 1 } } } });
  const first = await running.stop();
  expect(first.stderr).toContain(`${everyone}:4:5: found the unknown key inputs.resources.push_intervall`);
  expect(first.stderr).toContain('Did you mean inputs.resources.push_interval?');
  expect(first.stderr).toMatch(/group macvlan \(g-\w{10}\) has the configuration of .*macvlan.yaml\n/);
  expect(first.stderr).toContain(`${old} has keys of v6.5, which agents of v7 are not sent`);

  const again = await (await serving(...data, '--group-config', `macvlan=${everyone}`)).stop();
  expect(again.stderr).toMatch(
    /group macvlan \(g-\w{10}\) has a configuration of v7 already; .*all.yaml is not used\n/,
  );
}, 60_000);

it.each([
  ['a file that is not there', 'FOLDER/none.yaml', '--group-config: FOLDER/none.yaml cannot be used: ENOENT'],
  ['YAML that is none', 'FOLDER/broken.yaml', 'FOLDER/broken.yaml:3:1: found '],
  ['a list', 'web=FOLDER/list.yaml', 'FOLDER/list.yaml:1:1: found a list'],
  ['more than agents take', 'FOLDER/large.yaml', 'found a document of 900003 bytes, expected at most 524288 bytes'],
])('serve ends with 2 for %s', async (_, option, message) => {
  await file('broken.yaml', 'inputs:\n  cbpf: {\n');
  await file('list.yaml', '- 1\n');
  await file('large.yaml', `a: ${'x'.repeat(900_000)}`);
  const inFolder = (text: string) => text.replaceAll('FOLDER', folder);
  const ended = await plumbline(['serve', '--listen', '127.0.0.1:0', '--group-config', inFolder(option)]);
  expect(ended.stderr).toContain(inFolder(message));
  expect(ended).toMatchObject({ code: 2, stdout: '' });
});
