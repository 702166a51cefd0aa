import { readFileSync } from 'node:fs';
import { packageFile } from '../wire/package-file.js';

/** The version in package.json. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { readonly version: string };
  return version;
}
