import { stat } from 'node:fs/promises';

/** A journal is a directory, or one of the files in it. */
export async function holdsJournal(path: string): Promise<boolean> {
  if (path.endsWith('.plj')) return true;
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // Not there: whoever reads the file says so.
    return false;
  }
}
