import { mkdirSync, type Stats, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a directory, and those above it that are missing. Node's own `recursive` never comes back where a file system says
 * that a directory does not exist when it is asked to make one in it, as /proc does.
 *
 * @throws NodeJS.ErrnoException which names the directory that stands in the way, and what to do
 */
export function makeDirectory(path: string): void {
  if (path === '') throw refusal('ENOENT', 'an empty path names no directory. Name one');
  const missing: string[] = [];
  let found = resolve(path);
  let known = statusOf(found);
  while (known === null && dirname(found) !== found) {
    missing.unshift(found);
    found = dirname(found);
    known = statusOf(found);
  }
  if (known?.isDirectory() !== true) throw refusal('ENOTDIR', `${found} is no directory. Name another place`);
  for (const directory of missing) makeOne(directory);
}

function makeOne(directory: string): void {
  try {
    mkdirSync(directory);
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') {
      // Another process was faster, or it is a link to nowhere.
      if (statusOf(directory)?.isDirectory() === true) return;
      throw refusal(code, `${directory} is no directory. Name another place, or remove it`, cause);
    }
    const parent = dirname(directory);
    throw refusal(code, `${parent} takes no new directory. Name a place where this user may write`, cause);
  }
}

/** Null: there is nothing of this name. */
function statusOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw refusal(code, `${path} cannot be looked at. Name a place where this user may write`, cause);
  }
}

function refusal(code: string, text: string, cause?: unknown): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${text}`, { cause }), { code });
}
