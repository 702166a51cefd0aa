import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { encodeLine } from '../../../src/server/data/state-lines.js';
import { plumbline, serve, start } from '../../cli/support/plumbline.js';
import { temporaryDirectory } from '../../journal/temporary-directory.js';

const args = (data: string) => ['serve', '--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0', '--data', data];

it('a second server on a folder is told who has it, and one after a kill takes it over', {
  timeout: 120_000,
}, async () => {
  const data = join(temporaryDirectory(), 'made', 'on the way');
  const first = await serve(['--data', data, '--journal', data]);
  const second = await plumbline(args(data));
  expect(second).toMatchObject({ code: 2, stdout: '' });
  expect(second.stderr).toContain(
    `plumbline: Process ${first.child.pid} writes this data folder already (${join(data, 'data.lock')}). Stop it, or choose another directory.`,
  );
  first.child.kill('SIGKILL');
  expect((await first.ended).stderr).toContain(`plumbline: ${data} is new; what agents and people tell is kept there`);
  const third = await serve(['--data', data, '--journal', data, '--compat', 'doc']);
  const { stderr, code } = await third.stop();
  expect(code).toBe(0);
  expect(stderr).toContain(
    `${data} has agents: 0, snapshots: 0; it was written as compat v7 and is gone on with as doc`,
  );
});

it('a folder that cannot be read keeps a server from starting, with what to do', { timeout: 120_000 }, async () => {
  const data = temporaryDirectory();
  const first = await serve(['--data', data, '--cluster', 'shop']);
  await first.stop();
  const path = join(data, 'state-00000001.log');
  const content = readFileSync(path);
  writeFileSync(path, Buffer.concat([content.subarray(0, 200), Buffer.from('#'), content.subarray(201)]));
  const broken = await plumbline(args(data));
  expect(broken.code).toBe(2);
  expect(broken.stderr).toMatch(
    /state-00000001\.log is broken at byte \d+ of \d+: line 2 does not fit its checksum\. A copy is kept in .*state-00000001\.log\.broken\. Nothing of it can be used\..* rm .*state-00000001\.log\./,
  );
  writeFileSync(path, encodeLine({ format: 'plumbline-data', version: 99 }));
  const newer = await plumbline(args(data));
  expect(newer.code).toBe(2);
  expect(newer.stderr).toContain('was written by a newer Plumbline (format 99; this one reads up to 1)');
  const nowhere = await plumbline(args(join(path, 'below-a-file')));
  expect(nowhere.code).toBe(2);
  expect(nowhere.stderr).toContain(`Cannot make the data folder ${join(path, 'below-a-file')}: ENOTDIR`);
});

describe.skipIf(process.platform !== 'linux')('a file system that makes no directories (/proc: Linux)', () => {
  it.each([
    ['--data', 'Cannot make the data folder /proc/nowhere/x'],
    ['--journal', 'Cannot make the journal directory /proc/nowhere/x'],
  ])('serve %s tells so instead of waiting for it for ever', { timeout: 60_000 }, async (option, what) => {
    const { child, ended } = start([...args(temporaryDirectory()), option, '/proc/nowhere/x']);
    onTestFinished(() => void child.kill('SIGKILL'));
    const { code, stdout, stderr } = await ended;
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(
      `plumbline: ${what}: ENOENT: /proc takes no new directory. Name a place where this user may write.`,
    );
  });
});
