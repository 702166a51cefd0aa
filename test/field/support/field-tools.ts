import { execFileSync } from 'node:child_process';

/** What is missing here of what a recording needs, for the name of a suite that is skipped then; "" where all is there. */
export function missingTools(...programs: readonly string[]): string {
  const missing = [
    ...(process.getuid?.() === 0 ? [] : ['root']),
    ...['ip', 'tcpdump', 'nsenter', ...programs].filter((program) => !has(program)),
  ];
  return missing.length === 0 ? '' : ` (skipped: needs ${missing.join(', ')})`;
}

export function has(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
