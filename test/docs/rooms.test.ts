import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { packageFile } from '../../src/wire/package-file.js';

const root = packageFile('src');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

/** Rooms whose files a room imports, types too. */
function importedRooms(): ReadonlyMap<string, ReadonlySet<string>> {
  const rooms = new Map<string, Set<string>>();
  for (const file of files) {
    const room = file.split('/')[0] ?? '';
    const found = rooms.get(room) ?? new Set<string>();
    rooms.set(room, found);
    for (const [, path = ''] of readFileSync(join(root, file), 'utf8').matchAll(/ from '(\.[^']+)'/g)) {
      const target = relative(root, join(root, dirname(file), path)).split('/')[0] ?? '';
      if (target !== room) found.add(target);
    }
  }
  return rooms;
}

it('docs/architecture.md says which rooms a room uses', () => {
  const rows = [
    ...readFileSync(packageFile('docs/architecture.md'), 'utf8').matchAll(/^\| `src\/(.+?)\/` \|.*\| (.*)\|$/gm),
  ];
  const told = new Map(rows.map(([, room = '', uses = '']) => [room, uses.match(/[a-z-]+(?=,|$| \(|\s*$)/g) ?? []]));
  const imported = importedRooms();
  expect([...told.keys()].sort()).toEqual([...imported.keys()].sort());
  for (const [room, used] of imported) {
    if (room !== 'cli') expect(told.get(room)?.toSorted(), room).toEqual([...used].sort());
  }
});
