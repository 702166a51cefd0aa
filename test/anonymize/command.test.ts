import { existsSync } from 'node:fs';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runWith } from '../../src/cli/main.js';
import { createTerminal } from '../../src/cli/terminal.js';
import { packageFile } from '../../src/wire/package-file.js';
import { temporary } from './support/copy.js';

const recording = packageFile('capture-fixtures/macvlan/same');

async function run(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  let [stdout, stderr] = ['', ''];
  const terminal = {
    ...createTerminal(process),
    out: (text: string) => {
      stdout += text;
    },
    err: (text: string) => {
      stderr += text;
    },
  };
  const code = await runWith(terminal, ['node', 'plumbline', 'anonymize', ...args]);
  return { code, stdout, stderr };
}

describe('plumbline anonymize', () => {
  it('makes a key and a mapping for their owner alone; the same key gives the same copy', async () => {
    const folder = await temporary();
    const [key, one, other] = ['key', 'one', 'other'].map((name) => join(folder, name)) as [string, string, string];
    const first = await run(recording, '--out', one, '--key', key);
    expect(first.code, first.stderr).toBe(0);
    expect(first.stderr).toContain('a new key');
    for (const file of [key, `${one}.mapping.json`]) expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await run(recording, '--out', other, '--key', key)).code).toBe(0);
    expect(await readFile(join(other, 'site.yaml'))).toEqual(await readFile(join(one, 'site.yaml')));
  });

  it('refuses what would overwrite, or give the secret away', async () => {
    const folder = await temporary();
    const [key, out] = [join(folder, 'key'), join(folder, 'out')];
    const within = await run(recording, '--out', join(recording, 'out'), '--key', key);
    expect([within.code, within.stderr]).toEqual([2, expect.stringContaining('lie within one another')]);
    const keyInside = await run(recording, '--out', out, '--key', join(out, 'key'));
    expect([keyInside.code, keyInside.stderr]).toEqual([2, expect.stringContaining('Keep it elsewhere.')]);
    const mapping = await run(recording, '--out', out, '--key', key, '--mapping', join(out, 'm'));
    expect([mapping.code, mapping.stderr]).toEqual([2, expect.stringContaining('Keep it elsewhere.')]);
    expect(existsSync(key)).toBe(false);
    await mkdir(out);
    await writeFile(join(out, 'file'), '');
    const full = await run(recording, '--out', out, '--key', key);
    expect([full.code, full.stderr]).toEqual([2, expect.stringContaining('is not empty')]);
    await writeFile(key, 'short');
    const short = await run(recording, '--out', join(folder, 'new'), '--key', key);
    expect([short.code, short.stderr]).toEqual([2, expect.stringContaining('expected 64 hexadecimal digits')]);
  });

  it('says what a folder without known captures lacks', async () => {
    const folder = await temporary();
    await writeFile(join(folder, 'n1-eth0.pcap'), '');
    const { code, stderr } = await run(folder, '--out', `${folder}-out`, '--key', `${folder}-key`);
    expect([code, stderr]).toEqual([2, expect.stringContaining('holds no capture of a known node')]);
    expect(existsSync(`${folder}-key`)).toBe(false);
  });

  it('leaves out a file that is no capture, names it, and goes on', async () => {
    const folder = await temporary();
    const input = join(folder, 'in');
    await mkdir(input);
    await writeFile(join(input, 'n1-eth0.pcap'), await readFile(join(recording, 'n1-eth0.pcap')));
    await writeFile(join(input, 'n1-eth1.pcap'), 'these bytes are no capture, whatever the name says');
    await writeFile(join(input, 'notes.txt'), 'the customer is ACME');
    await writeFile(join(input, 'cluster.json'), JSON.stringify({ kind: 'Node', metadata: { name: 'n1' } }));
    const { code, stderr } = await run(input, '--out', join(folder, 'out'), '--key', join(folder, 'key'));
    expect(code).toBe(2);
    expect(stderr).toContain('n1-eth1.pcap: left out, neither pcap nor pcapng');
    expect(stderr).toContain('notes.txt: left out');
  });
});
