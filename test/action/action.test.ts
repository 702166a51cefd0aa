import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { packageFile } from '../../src/wire/package-file.js';
import { type Action, readAction, runStep, type Step } from './run-step.js';

let action: Action;
let folder: string;

beforeEach(async () => {
  action = await readAction();
  folder = await mkdtemp(join(tmpdir(), 'plumbline-action-'));
});

afterEach(() => rm(folder, { recursive: true }));

const step = (name: string): Step => action.runs.steps.find((one) => one.name === name) ?? {};

/** The defaults of action.yml, and what a workflow would say besides. */
function inputs(given: Readonly<Record<string, string>>): Record<string, string> {
  const defaults = Object.entries(action.inputs).map(([name, { default: value = '' }]) => [name, value]);
  return { ...Object.fromEntries(defaults), ...given };
}

describe('action.yml', () => {
  test('names only inputs and steps that it has, and lets no expression into a script', () => {
    const text = JSON.stringify(action);
    for (const [, name] of text.matchAll(/inputs\.([\w-]+)/g)) expect(Object.keys(action.inputs)).toContain(name);
    const ids = action.runs.steps.map(({ id }) => id);
    for (const [, id] of text.matchAll(/steps\.([\w-]+)\./g)) expect(ids).toContain(id);
    for (const { run = '', shell } of action.runs.steps.filter((one) => one.run !== undefined)) {
      expect(run).not.toContain('${{');
      expect(shell).toBe('bash');
    }
  });

  test('installs its own checkout by npm ci and a build', async () => {
    const bin = await fakeNpm();
    const checkout = join(folder, 'checkout');
    await mkdir(join(checkout, 'bin'), { recursive: true });
    await writeFile(join(checkout, 'bin', 'plumbline.js'), '#!/bin/sh\necho 1.2.3\n', { mode: 0o755 });
    const run = await runStep(step('Install Plumbline'), {
      ...{ folder, cwd: folder, inputs: inputs({}), actionPath: checkout },
      env: { PATH: `${bin}${delimiter}${process.env.PATH}` },
    });
    expect(run).toMatchObject({ code: 0, output: '1.2.3\n', env: `PLUMBLINE=${checkout}/bin/plumbline\n` });
    expect(await readFile(join(folder, 'npm.log'), 'utf8')).toBe(
      `${checkout}: ci --no-audit --no-fund\n${checkout}: run build\n`,
    );
  });

  test('installs a package where one is named', async () => {
    const bin = await fakeNpm();
    const installed = join(folder, 'plumbline', 'bin');
    await mkdir(installed, { recursive: true });
    await writeFile(join(installed, 'plumbline'), '#!/bin/sh\necho 1.2.3\n', { mode: 0o755 });
    const run = await runStep(step('Install Plumbline'), {
      ...{ folder, cwd: folder, inputs: inputs({ package: './plumbline-1.2.3.tgz' }), actionPath: '/nowhere' },
      env: { PATH: `${bin}${delimiter}${process.env.PATH}` },
    });
    expect(run).toMatchObject({ code: 0, env: `PLUMBLINE=${installed}/plumbline\n` });
    expect(await readFile(join(folder, 'npm.log'), 'utf8')).toBe(
      `${folder}: install --global --prefix ${folder}/plumbline --no-audit --no-fund ./plumbline-1.2.3.tgz\n`,
    );
  });

  /** Writes down where it was called and with what. */
  async function fakeNpm(): Promise<string> {
    const bin = join(folder, 'fake-bin');
    await mkdir(bin);
    await writeFile(join(bin, 'npm'), `#!/bin/sh\necho "$PWD: $*" >> '${folder}/npm.log'\n`);
    await chmod(join(bin, 'npm'), 0o755);
    return bin;
  }
});

describe('its check', { timeout: 120_000 }, () => {
  const check = (given: Readonly<Record<string, string>>) =>
    runStep(step('Check the agent'), {
      ...{ folder, cwd: folder, inputs: inputs(given), actionPath: packageFile('.') },
      env: { PLUMBLINE: packageFile('bin/plumbline.js'), NO_COLOR: '1' },
    });

  const agent = `node '${packageFile('dist/examples/agents/typescript/agent.js')}'`;
  const first = '--scenario first-snapshot';

  test('is green for an agent that is right, and writes the reports', async () => {
    const { code, output, outputs } = await check({ command: agent, args: first, interval: '0.2' });
    expect([code, outputs.get('exit-code')], output).toEqual([0, '0']);
    const reports = (outputs.get('reports') ?? '').split('\n');
    expect(reports.map((path) => path.replace(`${folder}/plumbline-report/`, ''))).toEqual([
      'junit.xml',
      'report.html',
      'report.json',
    ]);
    for (const path of reports) expect((await readFile(path)).length).toBeGreaterThan(100);
  });

  test('is red for one that is not, but for what the baseline knows', async () => {
    const command = `${agent} --agent-id none --ingress-type '*v1.Ingress'`;
    const red = await check({ command, args: first, interval: '0.2', reports: '' });
    expect([red.code, red.outputs.get('exit-code')], red.output).toEqual([1, '1']);
    expect(red.output).toContain('request/agent-id-present');

    const known = { rule: 'request/agent-id-present', scenario: '*', reason: 'it does what the document says' };
    await writeFile(join(folder, 'known.yaml'), JSON.stringify([known]));
    const green = await check({ command, args: first, interval: '0.2', reports: '', baseline: 'known.yaml' });
    expect(green.code, green.output).toBe(0);
  });

  test('shows what an agent wrote that never called, and is not green', async () => {
    const { code, output, outputs } = await check({
      command: 'echo "no report from $PLUMBLINE_CLUSTER_ID"',
      args: `${first} --timeout 5 --cluster 'my-cluster'`,
      reports: 'json=out/report.json\n',
    });
    expect([code, outputs.get('exit-code')], output).toEqual([4, '4']);
    expect(output).toContain('no report from my-cluster');
    expect(outputs.get('reports')).toBe(`${folder}/out/report.json`);
  });
});
