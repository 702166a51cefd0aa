import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * The absolute path of a file of this package, from the sources as well as from `dist`.
 *
 * @throws Error if the package is not whole
 */
export function packageFile(relative: string): string {
  for (const root of ['../../', '../../../']) {
    const candidate = new URL(root, import.meta.url);
    if (existsSync(fileURLToPath(new URL('package.json', candidate)))) {
      return fileURLToPath(new URL(relative, candidate));
    }
  }
  throw new Error(`No package.json above ${import.meta.url}: the installation of plumbline is not whole.`);
}
