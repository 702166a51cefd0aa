import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageFile } from '../../../src/wire/package-file.js';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves with standard output once it holds a line that matches; rejects where the command ends without. */
  line(pattern: RegExp): Promise<string>;
}

/** Starts the command line as a user would; it has to be built. */
export function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
  const child = spawn(process.execPath, [packageFile('bin/plumbline.js'), ...args], {
    env: { ...process.env, KUBECONFIG: '/dev/null', NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const waiting = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    for (const look of waiting) look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const look of waiting) look();
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return {
    child,
    ended,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = `${stdout}\n${stderr}`.split('\n').find((line) => pattern.test(line));
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
        void ended.then(() => reject(new Error(`ended without a line like ${pattern}:\n${stdout}\n${stderr}`)));
      }),
  };
}

export function plumbline(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return start(args, env).ended;
}

export interface Serving extends Running {
  readonly grpc: string;
  readonly admin: string;
  /** SIGTERM, then how it ended. */
  stop(): Promise<Ended>;
}

/** A `plumbline serve` on free ports, once it is ready. */
export async function serve(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Serving> {
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-serve-'));
  const portFile = join(folder, 'ports.json');
  const fixed = ['--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0', '--port-file', portFile];
  const running = start(['serve', ...fixed, ...args], env);
  await running.line(/^plumbline ready/);
  const { grpc, admin } = JSON.parse(await readFile(portFile, 'utf8')) as { grpc: string; admin: string };
  return {
    ...running,
    grpc,
    admin,
    stop: async () => {
      running.child.kill('SIGTERM');
      const ended = await running.ended;
      await rm(folder, { recursive: true });
      return ended;
    },
  };
}
