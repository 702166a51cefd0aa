import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Compiles modules, and what they import, for a child process that plain Node can run. The result lies in the package's
 * own tree, so that its dependencies are found.
 *
 * @param entries paths below `src`
 * @returns the directory that stands for the package's root
 */
export function buildForChild(entries: readonly string[]): string {
  const cache = join(root, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const directory = mkdtempSync(join(cache, 'plumbline-child-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  writeFileSync(join(directory, 'package.json'), '{"name": "plumbline-child", "type": "module"}');
  symlinkSync(join(root, 'proto'), join(directory, 'proto'));
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      noCheck: true,
      rootDir: root,
      outDir: directory,
      typeRoots: [join(root, 'node_modules/@types')],
    },
    files: entries.map((entry) => join(root, 'src', entry)),
    include: [],
  };
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(config));
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', directory], { stdio: 'pipe' });
  return directory;
}
