import { linkSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { causeText, JournalError } from './journal-error.js';

export interface DirectoryLock {
  release(): void;
}

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Tells two processes apart that had the same pid one after the other; "" where the system does not say. */
  readonly start: string;
}

/** What a lock is for: its file, and how messages name what is written. */
export interface LockPurpose {
  readonly file: string;
  /** E.g. "this journal". */
  readonly what: string;
}

const journalLock: LockPurpose = { file: 'writer.lock', what: 'this journal' };

/**
 * Makes this process the only writer of `directory` until `release`. A lock whose process is gone is taken over.
 *
 * @throws JournalError `locked` while another process holds it, `io` where the directory cannot be written
 */
export function lockDirectory(directory: string, purpose: LockPurpose = journalLock): DirectoryLock {
  const path = join(directory, purpose.file);
  const own: Holder = { pid: process.pid, host: hostname(), start: processStart(process.pid) };
  const text = `${JSON.stringify(own)}\n`;
  // Linked into place as a whole, so that nobody ever reads a lock that is half written.
  const draft = `${path}.${process.pid}.${process.hrtime.bigint()}`;
  try {
    writeFileSync(draft, text, { flag: 'wx' });
    for (let attempt = 0; attempt < 5; attempt++) {
      try {
        linkSync(draft, path);
        return { release: () => rmSync(path, { force: true }) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
          throw error;
        }
      }
      removeIfStale(path, draft, purpose.what);
    }
  } catch (error) {
    if (error instanceof JournalError) {
      throw error;
    }
    throw new JournalError('io', `Cannot lock the directory ${directory} of ${purpose.what}: ${causeText(error)}.`, {
      cause: error,
    });
  } finally {
    rmSync(draft, { force: true });
  }
  throw new JournalError(
    'locked',
    `${path} keeps coming back: several processes want to write ${purpose.what}. Stop all but one.`,
  );
}

function removeIfStale(path: string, draft: string, what: string): void {
  const seen = readText(path);
  if (seen === null) {
    return;
  }
  const holder = parseHolder(seen);
  if (holder !== null && isAlive(holder)) {
    throw new JournalError(
      'locked',
      holder.host === hostname()
        ? `Process ${holder.pid} writes ${what} already (${path}). Stop it, or choose another directory.`
        : `${path} says that process ${holder.pid} on host ${holder.host} writes ${what}. If it no longer runs, remove that file.`,
    );
  }
  // Moved aside first: should another process have replaced the stale lock meanwhile, its lock is put back.
  const aside = `${draft}.stale`;
  try {
    renameSync(path, aside);
    if (readText(aside) !== seen) {
      linkSync(aside, path);
    }
    unlinkSync(aside);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) {
      throw error;
    }
    rmSync(aside, { force: true });
  }
}

function isAlive(holder: Holder): boolean {
  if (holder.host !== hostname()) {
    return true;
  }
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const start = processStart(holder.pid);
  return holder.start === '' || start === '' || start === holder.start;
}

/** Boot id and start tick of a process; "" where there is no /proc. */
function processStart(pid: number): string {
  const stat = readText(`/proc/${pid}/stat`);
  const boot = readText('/proc/sys/kernel/random/boot_id');
  if (stat === null || boot === null) {
    return '';
  }
  // The command name, in parentheses, may hold spaces; the start tick is the 20th field behind it.
  const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return ticks === undefined ? '' : `${boot.trim()} ${ticks}`;
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Gone, or not readable: the callers treat both as "says nothing".
    return null;
  }
}

/** Null for a lock that no Plumbline wrote (a crash while the disk was full leaves it empty). */
function parseHolder(text: string): Holder | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && 'pid' in value && 'host' in value && 'start' in value) {
      return { pid: Number(value.pid), host: String(value.host), start: String(value.start) };
    }
  } catch {
    // Not JSON: see above.
  }
  return null;
}
