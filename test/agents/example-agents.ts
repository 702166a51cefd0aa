import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface ExampleAgent {
  readonly name: string;
  /** Gives the command, or the reason why it cannot be had here. */
  prepare(): Promise<{ readonly command: readonly string[] } | { readonly absent: string }>;
}

export interface RunningAgent {
  readonly stderr: () => string;
  readonly exit: Promise<number | null>;
  /** SIGTERM, then the exit code. */
  stop(): Promise<number | null>;
}

export const typescriptAgent: ExampleAgent = { name: 'typescript', prepare: prepareTypescript };
export const pythonAgent: ExampleAgent = { name: 'python', prepare: preparePython };

export function startAgent(
  command: readonly string[],
  options: { readonly server: string; readonly interval?: number; readonly args: readonly string[] },
): RunningAgent {
  const [program = '', ...first] = command;
  const child = spawn(program, [...first, ...options.args], {
    env: {
      ...process.env,
      PLUMBLINE_SERVER: options.server,
      PLUMBLINE_CLUSTER_ID: 'test-cluster',
      PLUMBLINE_SYNC_INTERVAL: `${options.interval ?? 0.2}`,
    },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const exit = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
  return {
    stderr: () => stderr,
    exit,
    stop: () => {
      child.kill('SIGTERM');
      return exit;
    },
  };
}

/** Uses the build, and makes it where it is older than the source. */
async function prepareTypescript(): Promise<{ command: readonly string[] }> {
  const folder = 'examples/agents/typescript';
  const sources = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  const fresh = sources.every((name) => {
    const built = join('dist', folder, name.replace(/\.ts$/, '.js'));
    return existsSync(built) && statSync(built).mtimeMs >= statSync(join(folder, name)).mtimeMs;
  });
  if (!fresh) {
    const options = [
      '--ignoreConfig',
      '--target',
      'es2023',
      '--module',
      'nodenext',
      '--types',
      'node',
      '--skipLibCheck',
    ];
    await run('node_modules/.bin/tsc', [
      ...options,
      '--strict',
      '--rootDir',
      '.',
      '--outDir',
      'dist',
      join(folder, 'agent.ts'),
    ]);
  }
  return { command: [process.execPath, resolve('dist', folder, 'agent.js')] };
}

/** The environment is kept in the temporary directory, one for each state of what it is made of. */
async function preparePython(): Promise<{ command: readonly string[] } | { absent: string }> {
  const folder = 'examples/agents/python';
  const inputs = [
    join(folder, 'requirements.txt'),
    join(folder, 'setup.sh'),
    ...readdirSync('proto').map((name) => join('proto', name)),
  ];
  const hash = createHash('sha256');
  for (const file of inputs) hash.update(readFileSync(file));
  const venv = join(tmpdir(), `plumbline-python-agent-${hash.digest('hex').slice(0, 16)}`);
  const command = ['env', `VENV=${venv}`, resolve(folder, 'run.sh')];
  if (existsSync(join(venv, 'generated', 'trident_pb2.py'))) return { command };
  try {
    await run('python3', ['-c', 'import sys, venv; sys.exit(sys.version_info < (3, 9))']);
  } catch {
    return { absent: 'there is no python3 of version 3.9 or later with the module venv' };
  }
  try {
    await run(resolve(folder, 'setup.sh'), [], { env: { ...process.env, VENV: venv }, timeout: 240_000 });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    if (/No matching distribution|Temporary failure|Connection|timed out|Network is unreachable/i.test(text)) {
      return { absent: `PyPI is not reached: ${text.split('\n').slice(0, 3).join(' ')}` };
    }
    throw error;
  }
  return { command };
}
