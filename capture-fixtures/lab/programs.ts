import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { LabError } from './lab-error.js';
import { words } from './shell.js';

/** Resolves at the first line that holds a text; @throws LabError where the program ends before, with what it wrote */
export function line(child: ChildProcess, text: string, who: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let seen = '';
    const read = (chunk: Buffer): void => {
      seen += chunk.toString();
      if (seen.includes(text)) resolve();
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', reject);
    child.once('exit', (code) => reject(new LabError(`${who} ended with ${code} before it said '${text}': ${seen}`)));
  });
}

/** strace writes what it holds once the process that it traces has ended. */
export async function endTraced(child: ChildProcess): Promise<void> {
  const children = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').catch(() => '');
  const ended = exited(child);
  for (const pid of words(children)) process.kill(Number(pid), 'SIGKILL');
  await ended;
}

export function exited(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
}

/** A processor that this process may run on. */
export async function firstCpu(): Promise<string> {
  const status = await readFile('/proc/self/status', 'utf8');
  return /^Cpus_allowed_list:\s*(\d+)/m.exec(status)?.[1] ?? '0';
}
