import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExpectedSpan } from '../../../capture-fixtures/lab/expected.js';
import { packageFile } from '../../../src/wire/package-file.js';

export const recordingsFolder = packageFile('capture-fixtures/recordings');

export interface Recording {
  readonly cni: string;
  readonly span: string;
  readonly folder: string;
  readonly expected: ExpectedSpan;
}

/** Every span of every CNI that a folder holds recordings of. */
export function recordingsIn(root: string): readonly Recording[] {
  const folders = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  return folders(root).flatMap((cni) =>
    folders(join(root, cni)).flatMap((span): Recording[] => {
      const folder = join(root, cni, span);
      const file = join(folder, 'expected.json');
      if (!existsSync(file)) return [];
      return [{ cni, span, folder, expected: JSON.parse(readFileSync(file, 'utf8')) as ExpectedSpan }];
    }),
  );
}
