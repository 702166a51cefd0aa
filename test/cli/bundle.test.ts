import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const folder = 'dist/bundle';
const files = readdirSync(folder).filter((name) => name.endsWith('.cjs'));

test('the bundle requires nothing but what the package depends on', () => {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> };
  // Asked for by name where they are missing: a container engine, and colours of the tables' library.
  const known = new Set([...Object.keys(dependencies), 'testcontainers', '@colors/colors']);
  const required = files.flatMap((name) =>
    [...readFileSync(join(folder, name), 'utf8').matchAll(/\brequire\("([^".\n][^"\n]*)"\)/g)].map(([, id = '']) => id),
  );
  expect(required).toContain('@grpc/grpc-js');
  const foreign = required.filter((id) => {
    return !isBuiltin(id) && !known.has(id.split('/', id.startsWith('@') ? 2 : 1).join('/'));
  });
  expect(foreign).toEqual([]);
});

test('the bundle imports nothing by import(), which does not work in what starts from bytecode', () => {
  const importing = files.filter((name) => /\bimport\("(?!\.)/.test(readFileSync(join(folder, name), 'utf8')));
  expect(importing).toEqual([]);
});

test('the bundle is strict, as the modules are that it is made of', () => {
  const sloppy = files.filter((name) => !readFileSync(join(folder, name), 'utf8').startsWith('"use strict";'));
  expect(sloppy).toEqual([]);
});

const tellFiles = `
  const { loadBundle } = require(process.argv[1] + '/bin/bundle.js');
  const told = [];
  const { run } = loadBundle((file, { cachedDataRejected }) => told.push([file, cachedDataRejected ?? null]));
  run(['node', 'plumbline', ...process.argv.slice(2)]).then(() => process.stderr.write(JSON.stringify(told)));
`;

function filesOf(root: string, args: readonly string[]): { output: string; told: [string, boolean | null][] } {
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', tellFiles, root, ...args], { encoding: 'utf8' });
  return { output: stdout, told: JSON.parse(stderr) as [string, boolean | null][] };
}

const site = resolve('capture-fixtures/macvlan/same/site.yaml');

test('the files of a replay are started from the bytecode that the build kept', () => {
  const { told } = filesOf(resolve('.'), ['replay', site]);
  expect(told.length).toBeGreaterThan(20);
  expect(told.filter(([, isRejected]) => isRejected !== false)).toEqual([]);
});

test('without bytecode, or with that of something else, the files are compiled', () => {
  const copy = mkdtempSync(join(tmpdir(), 'plumbline-bundle-'));
  try {
    for (const part of ['bin', 'dist/bundle', 'dist/src/flow-core', 'package.json', 'proto']) {
      cpSync(part, join(copy, part), { recursive: true });
    }
    symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
    const kept = readdirSync(join(copy, folder)).filter((name) => name.endsWith('.bytecode'));
    const wanted = filesOf(resolve('.'), ['replay', site]).output;
    for (const name of kept) writeFileSync(join(copy, folder, name), 'of another version');
    const foreign = filesOf(copy, ['replay', site]);
    expect(foreign.output).toBe(wanted);
    expect(foreign.told.some(([, isRejected]) => isRejected === true)).toBe(true);
    for (const name of kept) rmSync(join(copy, folder, name));
    const none = filesOf(copy, ['replay', site]);
    expect(none.output).toBe(wanted);
    expect(none.told.every(([, isRejected]) => isRejected === null)).toBe(true);
  } finally {
    rmSync(copy, { recursive: true });
  }
});
