import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createProgram } from '../../src/cli/main.js';
import type { Terminal } from '../../src/cli/terminal.js';
import { packageFile } from '../../src/wire/package-file.js';

it('the guide of serve has every option of it, and no other one', () => {
  const guide = readFileSync(packageFile('docs/guides/serve.md'), 'utf8');
  const rows = guide.split('\n').filter((line) => line.startsWith('| `--'));
  const told = new Set(rows.flatMap((row) => row.match(/--[a-z][a-z-]*/g) ?? []));
  const nothing = { out: () => {}, err: () => {} } as unknown as Terminal;
  const serve = createProgram(nothing, () => {}).commands.find((command) => command.name() === 'serve');
  expect([...told].sort()).toEqual(serve?.options.map(({ long }) => long ?? '').sort());
});
