import { execFile } from 'node:child_process';
import { LabError } from './lab-error.js';

/**
 * Runs a program to its end.
 *
 * @returns its standard output
 * @throws LabError with the command and what it wrote to standard error
 */
export function run(file: string, args: readonly string[], input?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(file, args, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new LabError(`${[file, ...args].join(' ')}: ${stderr.trim() || error.message}`, { cause: error }));
    });
    if (input !== undefined) child.stdin?.end(input);
  });
}

/** Words of a command line that holds no quotes. */
export function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
