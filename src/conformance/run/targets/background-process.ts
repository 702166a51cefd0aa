import { spawn } from 'node:child_process';

/** A program that serves until it is stopped. */
export interface BackgroundProcess {
  /** How it ended by itself; null as long as it runs. */
  readonly ended: string | null;
  /** The end of what it wrote. */
  log(): string;
  /** SIGTERM, SIGKILL after `graceMs`; resolves when it is gone. */
  stop(graceMs: number): Promise<void>;
}

const keptLog = 8_192;

/** Does not throw: a program that cannot be started has ended. */
export function startProcess(file: string, args: readonly string[], cwd: string): BackgroundProcess {
  // A group of its own, so that Ctrl-C in a terminal reaches it through us, in order.
  const child = spawn(file, args, { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  let ended: string | null = null;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      log = `${log}${chunk.toString('utf8')}`.slice(-keptLog);
    });
  }
  const gone = new Promise<void>((resolve) => {
    child.once('error', (cause) => {
      ended = `it cannot be started: ${cause.message}`;
      resolve();
    });
    child.once('exit', (code, signal) => {
      ended = signal === null ? `it ended with exit code ${code}` : `it was ended by ${signal}`;
      resolve();
    });
  });
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  void gone.then(() => process.off('exit', killWithUs));
  return {
    get ended() {
      return ended;
    },
    log: () => log,
    async stop(graceMs) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await gone;
      clearTimeout(timer);
    },
  };
}
