import { constants } from 'node:fs';
import { copyFile, readFile } from 'node:fs/promises';
import { DataError } from './data-error.js';
import { type DecodedStateFile, decodeStateFile, type StateFileDamage } from './decode-state-file.js';
import { stateFormat } from './state-lines.js';

export type StateFileContent = Extract<DecodedStateFile, { readonly kind: 'read' }>;

/**
 * Reads a state file.
 *
 * @throws DataError `newer-format`; `broken`, with a copy of the file beside it; `io`
 */
export async function readStateFile(path: string): Promise<StateFileContent> {
  const content = await readFile(path).catch((cause: unknown) => {
    throw DataError.io(`read ${path}`, cause);
  });
  const decoded = decodeStateFile(content);
  if (decoded.kind === 'newer') throw newer(path, decoded.version);
  if (decoded.kind === 'broken') throw broken(path, content, decoded, await keepCopy(path, content));
  return decoded;
}

function newer(path: string, version: number): DataError {
  return new DataError(
    'newer-format',
    `${path} was written by a newer Plumbline (format ${version}; this one reads up to ${stateFormat}). Start that one, or give another --data folder. Nothing was changed.`,
  );
}

function broken(
  path: string,
  { length }: Buffer,
  { offset, reason, isWhole }: StateFileDamage,
  copy: string,
): DataError {
  const salvage = isWhole
    ? `To go on with what was written before the damage: truncate -s ${offset} ${path}. To`
    : 'Nothing of it can be used. Put a copy of an earlier day in its place; or, to';
  return new DataError(
    'broken',
    `${path} is broken at byte ${offset} of ${length}: ${reason}. ${copy} ${salvage} begin with nothing: rm ${path}.`,
  );
}

const maxCopies = 100;

/** One copy, however often the same file is looked at. @returns what to say of it */
async function keepCopy(path: string, content: Buffer): Promise<string> {
  for (let number = 1; number <= maxCopies; number++) {
    const copy = number === 1 ? `${path}.broken` : `${path}.broken-${number}`;
    try {
      await copyFile(path, copy, constants.COPYFILE_EXCL);
      return `A copy is kept in ${copy}.`;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') {
        return `A copy could not be made (${cause instanceof Error ? cause.message : String(cause)}): make one.`;
      }
    }
    if (content.equals(await readFile(copy))) return `A copy is kept in ${copy}.`;
  }
  return `There are ${maxCopies} other copies beside it: make one.`;
}
