import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeDirectory } from '../../src/journal/make-directory.js';
import { temporaryDirectory } from './temporary-directory.js';

it('makes a directory and those above it, and leaves alone what is there', () => {
  const top = temporaryDirectory();
  const path = join(top, 'one', 'two', 'three');
  makeDirectory(path);
  writeFileSync(join(path, 'kept'), '');
  makeDirectory(`${path}/`);
  makeDirectory('/');
  expect(statSync(join(path, 'kept')).isFile()).toBe(true);
});

it('follows a link to a directory', () => {
  const top = temporaryDirectory();
  mkdirSync(join(top, 'real'));
  symlinkSync(join(top, 'real'), join(top, 'link'));
  makeDirectory(join(top, 'link', 'new'));
  expect(statSync(join(top, 'real', 'new')).isDirectory()).toBe(true);
});

it.skipIf(process.platform !== 'linux')('is refused where a file system makes no directories (/proc: Linux)', () => {
  for (const path of ['/proc/nowhere', '/proc/nowhere/below/it']) {
    expect(() => makeDirectory(path)).toThrow(
      'ENOENT: /proc takes no new directory. Name a place where this user may write',
    );
  }
});

it('names the file that stands in the way', () => {
  const file = join(temporaryDirectory(), 'file');
  writeFileSync(file, '');
  for (const path of [file, join(file, 'below'), join(file, 'far', 'below')]) {
    expect(() => makeDirectory(path)).toThrow(`ENOTDIR: ${file} is no directory. Name another place`);
  }
});

it('names a link to nowhere', () => {
  const link = join(temporaryDirectory(), 'link');
  symlinkSync(join(link, 'gone'), link);
  expect(() => makeDirectory(join(link, 'below'))).toThrow(/^E(LOOP|EXIST): .*link/);
  const other = join(temporaryDirectory(), 'other');
  symlinkSync(join(temporaryDirectory(), 'gone'), other);
  expect(() => makeDirectory(join(other, 'below'))).toThrow(`EEXIST: ${other} is no directory`);
});

it('takes no empty path for the current directory', () => {
  expect(() => makeDirectory('')).toThrow('ENOENT: an empty path names no directory');
});
