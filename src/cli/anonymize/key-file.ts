import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { PlumblineError } from '../plumbline-error.js';

const keyLength = 32;

export interface KeyFile {
  readonly key: Uint8Array;
  readonly isNew: boolean;
}

/**
 * The secret that the file holds as 64 hexadecimal digits; made where there is none, for its owner's eyes alone.
 *
 * @throws PlumblineError (bad input)
 */
export async function keyFile(path: string): Promise<KeyFile> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null;
    throw PlumblineError.badInput(`--key ${path} cannot be read (${cause.code}).`, 'Check the path.', cause);
  });
  if (text === null) {
    const key = randomBytes(keyLength);
    await writeFile(path, `${key.toString('hex')}\n`, { mode: 0o600, flag: 'wx' }).catch((cause) => {
      throw PlumblineError.badInput(`--key ${path} cannot be made (${cause.code}).`, 'Check the path.', cause);
    });
    return { key, isNew: true };
  }
  const digits = text.trim();
  if (!/^[0-9a-f]{64}$/i.test(digits)) {
    throw PlumblineError.badInput(
      `--key ${path}: found ${digits.length} characters, expected 64 hexadecimal digits.`,
      'Give a path where nothing is, and a key is made there.',
    );
  }
  return { key: Buffer.from(digits, 'hex'), isNew: false };
}
