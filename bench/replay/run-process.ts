import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';

/** Node parses further certificate authorities before it runs anything (0.05 s), which is the machine's affair. */
const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;

export interface ProcessMeasure {
  /** From its start to its end, seconds. */
  readonly seconds: number;
  /** Largest resident size, bytes. */
  readonly peakMemory: number;
  readonly code: number | null;
  /** End of what it printed. */
  readonly tail: string;
}

/** Runs a command to its end. GNU time, where it is there, tells the peak memory; else 0. */
export async function runProcess(command: string, args: readonly string[]): Promise<ProcessMeasure> {
  const timed = hasTime() ? ['/usr/bin/time', '-f', '%M'] : [];
  const [file = command, ...rest] = [...timed, command, ...args];
  const from = performance.now();
  const child = spawn(file, rest, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let tail = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    tail = `${tail}${text}`.slice(-2000);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = `${errors}${text}`.slice(-2000);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return {
    seconds: (performance.now() - from) / 1000,
    peakMemory: timed.length === 0 ? 0 : Number(/(\d+)\s*$/.exec(errors)?.[1] ?? 0) * 1024,
    code,
    tail,
  };
}

export function isInstalled(command: string, versionFlag: string): boolean {
  return spawnSync(command, [versionFlag]).error === undefined;
}

function hasTime(): boolean {
  return isInstalled('/usr/bin/time', '--version');
}

/** Seconds from the start of the command until it opens a named pipe for reading, which then holds `bytes`. */
export async function secondsUntilOpened(
  command: string,
  args: readonly string[],
  pipe: string,
  bytes: Uint8Array,
): Promise<number> {
  const from = performance.now();
  const child = spawn(command, args, { env, stdio: 'ignore' });
  const writer = createWriteStream(pipe);
  const seconds = await new Promise<number>((resolve, reject) => {
    writer.once('open', () => resolve((performance.now() - from) / 1000));
    child.once('error', reject);
  });
  writer.end(bytes);
  await new Promise((resolve) => child.once('close', resolve));
  return seconds;
}
