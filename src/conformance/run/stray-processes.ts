import { readdirSync, readFileSync } from 'node:fs';

export interface FoundProcess {
  readonly pid: number;
  /** Number of its process group. */
  readonly group: number;
}

/**
 * Processes in whose environment a variable has this value: those that were started with it and all that they started, also those
 * that have left their process group. Empty where the system has no /proc.
 */
export function processesWith(variable: string, value: string): readonly FoundProcess[] {
  const wanted = Buffer.from(`${variable}=${value}\0`);
  return readEntries('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return [];
    try {
      if (!readFileSync(`/proc/${name}/environ`).includes(wanted)) return [];
      return [{ pid: Number(name), group: groupOf(readFileSync(`/proc/${name}/stat`, 'utf8')) }];
    } catch {
      // It has ended meanwhile, or belongs to somebody else.
      return [];
    }
  });
}

/** Of "pid (name) state parent group ..."; the name may hold anything. */
function groupOf(stat: string): number {
  const [, , , group] = stat.slice(stat.lastIndexOf(')')).split(' ');
  return Number(group);
}

function readEntries(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
