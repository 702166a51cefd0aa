import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('the bundle imports nothing but what the package depends on', () => {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> };
  // Asked for by name where it is missing.
  const known = new Set([...Object.keys(dependencies), 'testcontainers']);
  const folder = 'dist/bundle';
  const foreign = readdirSync(folder)
    .filter((name) => name.endsWith('.js'))
    .flatMap((name) => [
      ...readFileSync(join(folder, name), 'utf8').matchAll(/^import (?:[^"\n]* from )?"([^".\n][^"\n]*)";$/gm),
    ])
    .map(([, id = '']) => id)
    .filter((id) => !isBuiltin(id) && !known.has(id.split('/', id.startsWith('@') ? 2 : 1).join('/')));
  expect(foreign).toEqual([]);
});
