import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The command, or the reason why it cannot be had here. */
export type Prepared = { readonly command: readonly string[] } | { readonly absent: string };

export interface ExampleAgent {
  readonly name: string;
  prepare(): Promise<Prepared>;
}

export interface RunningAgent {
  readonly stderr: () => string;
  readonly exit: Promise<number | null>;
  /** SIGTERM, then the exit code. */
  stop(): Promise<number | null>;
}

export const typescriptAgent: ExampleAgent = { name: 'typescript', prepare: prepareTypescript };
export const pythonAgent: ExampleAgent = { name: 'python', prepare: () => preparePython('python') };
export const naiveAgent: ExampleAgent = { name: 'naive', prepare: () => preparePython('naive-python') };
export const goAgent: ExampleAgent = { name: 'go', prepare: prepareGo };

export function startAgent(
  command: readonly string[],
  options: {
    readonly server: string;
    readonly interval?: number;
    readonly args: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
  },
): RunningAgent {
  const [program = '', ...first] = command;
  const child = spawn(program, [...first, ...options.args], {
    env: {
      ...process.env,
      ...options.env,
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
async function prepareTypescript(): Promise<Prepared> {
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

/** What is made is kept in the temporary directory, once for each state of what it is made of. */
function cached(prefix: string, inputs: readonly string[]): string {
  const hash = createHash('sha256');
  const protos = readdirSync('proto').map((name) => join('proto', name));
  for (const file of [...inputs, ...protos]) hash.update(readFileSync(file));
  return join(tmpdir(), `plumbline-${prefix}-agent-${hash.digest('hex').slice(0, 16)}`);
}

async function preparePython(name: string): Promise<Prepared> {
  const folder = join('examples/agents', name);
  const venv = cached(name, [join(folder, 'requirements.txt'), join(folder, 'setup.sh')]);
  const command = ['env', `VENV=${venv}`, resolve(folder, 'run.sh')];
  if (existsSync(join(venv, 'generated', 'trident_pb2.py'))) return { command };
  try {
    await run('python3', ['-c', 'import sys, venv; sys.exit(sys.version_info < (3, 9))']);
  } catch {
    return { absent: 'there is no python3 of version 3.9 or later with the module venv' };
  }
  return setUp(folder, { VENV: venv }, command);
}

async function prepareGo(): Promise<Prepared> {
  const folder = 'examples/agents/go';
  const sources = readdirSync(folder).filter((name) => /\.(go|mod|sum|sh)$/.test(name));
  const bin = cached('go', [...sources.map((name) => join(folder, name)), join(folder, 'generate/main.go')]);
  const command = ['env', `BIN=${bin}`, resolve(folder, 'run.sh')];
  if (existsSync(bin)) return { command };
  try {
    await run('go', ['version']);
  } catch {
    return { absent: 'there is no go' };
  }
  return setUp(folder, { BIN: bin }, command);
}

async function setUp(folder: string, env: Readonly<Record<string, string>>, command: string[]): Promise<Prepared> {
  try {
    await run(resolve(folder, 'setup.sh'), [], { env: { ...process.env, ...env }, timeout: 840_000 });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const offline =
      /No matching distribution|Temporary failure|no such host|dial tcp|Connection|timed out|Network is unreachable/i;
    if (offline.test(text))
      return { absent: `its libraries are not reached: ${text.split('\n').slice(0, 3).join(' ')}` };
    throw error;
  }
  return { command };
}
