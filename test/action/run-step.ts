import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { packageFile } from '../../src/wire/package-file.js';

export interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly uses?: string;
  readonly if?: string;
  readonly shell?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string>>;
  readonly 'working-directory'?: string;
}

export interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

export async function readAction(): Promise<Action> {
  return parse(await readFile(packageFile('action.yml'), 'utf8')) as Action;
}

export interface StepRun {
  readonly code: number | null;
  readonly output: string;
  /** What the step wrote to the file named by GITHUB_OUTPUT. */
  readonly outputs: ReadonlyMap<string, string>;
  /** What it wrote to the file named by GITHUB_ENV, as it is. */
  readonly env: string;
}

export interface StepOptions {
  /** An empty folder; RUNNER_TEMP and the files of GitHub lie in it. */
  readonly folder: string;
  readonly cwd: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly actionPath: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a step as GitHub's runner does: its script in a file, given to bash, expressions only in its `env`. */
export async function runStep({ env = {}, run = '' }: Step, options: StepOptions): Promise<StepRun> {
  const { folder } = options;
  const at = (name: string) => join(folder, name);
  await writeFile(at('script.sh'), run);
  for (const name of ['output', 'env', 'summary']) await writeFile(at(name), '');
  const resolved = Object.entries(env).map(([key, value]) => [key, evaluate(value, options)]);
  const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', at('script.sh')], {
    cwd: options.cwd,
    env: {
      ...process.env,
      ...{
        RUNNER_TEMP: folder,
        GITHUB_OUTPUT: at('output'),
        GITHUB_ENV: at('env'),
        GITHUB_STEP_SUMMARY: at('summary'),
      },
      ...Object.fromEntries(resolved),
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const code = await new Promise<number | null>((done) => child.once('close', done));
  return {
    code,
    output,
    outputs: readOutputs(await readFile(at('output'), 'utf8')),
    env: await readFile(at('env'), 'utf8'),
  };
}

/** `${{ inputs.x }}` and `${{ github.action_path }}`. */
function evaluate(text: string, { inputs, actionPath }: StepOptions): string {
  return text.replaceAll(/\$\{\{ ([\w.-]+) \}\}/g, (_, name: string) =>
    name === 'github.action_path' ? actionPath : (inputs[name.replace('inputs.', '')] ?? ''),
  );
}

/** `name=value` lines, and `name<<MARK` with lines up to MARK. */
function readOutputs(text: string): Map<string, string> {
  const outputs = new Map<string, string>();
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index++) {
    const [, name = '', mark] = /^([\w-]+)<<(.+)$/.exec(lines[index] ?? '') ?? [];
    if (mark !== undefined) {
      const end = lines.indexOf(mark, index);
      outputs.set(name, lines.slice(index + 1, end).join('\n'));
      index = end;
      continue;
    }
    const [, key, value] = /^([\w-]+)=(.*)$/.exec(lines[index] ?? '') ?? [];
    if (key !== undefined) outputs.set(key, value ?? '');
  }
  return outputs;
}
