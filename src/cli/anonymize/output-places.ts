import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { PlumblineError } from '../plumbline-error.js';

export interface Places {
  readonly input: string;
  readonly output: string;
  readonly key: string;
  readonly mapping: string;
}

/**
 * Refuses what would overwrite something, or give the secret away together with the output.
 *
 * @throws PlumblineError (bad input)
 */
export async function checkPlaces({ input, output, key, mapping }: Places): Promise<void> {
  const [from, to] = await Promise.all([real(input), real(output)]);
  if (contains(from, to) || contains(to, from)) {
    throw PlumblineError.badInput(`--out ${output} and ${input} lie within one another.`, 'Name another directory.');
  }
  const found = await readdir(output).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw PlumblineError.badInput(`--out ${output} cannot be listed (${cause.code}).`, 'Name a directory.', cause);
  });
  if (found.length > 0) {
    throw PlumblineError.badInput(`--out ${output} is not empty.`, 'Name a new directory: nothing is overwritten.');
  }
  for (const [option, path] of [
    ['--key', key],
    ['--mapping', mapping],
  ] as const) {
    if (contains(to, await real(path))) {
      throw PlumblineError.badInput(
        `${option} ${path} lies in ${output}, which is to be given away.`,
        'Keep it elsewhere.',
      );
    }
  }
  const before = await stat(mapping).catch(() => null);
  if (before !== null) {
    throw PlumblineError.badInput(`--mapping ${mapping} is there already.`, 'Name a new file: nothing is overwritten.');
  }
}

/** Also of what is not there yet. */
async function real(path: string): Promise<string> {
  const whole = resolve(path);
  const found = await realpath(whole).catch(() => null);
  if (found !== null || dirname(whole) === whole) return found ?? whole;
  return join(await real(dirname(whole)), basename(whole));
}

function contains(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (!way.startsWith('..') && !way.startsWith('/'));
}
