import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plumbline } from './support/plumbline.js';
import { fixture, replay } from './support/replay.js';

let folder = '';
let good: Buffer = Buffer.alloc(0);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-bad-'));
  good = await readFile(fixture('macvlan', 'same', 'n1-eth0.pcap'));
  await write('good.pcap', good);
});
afterAll(() => rm(folder, { recursive: true }));

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

/** A site with a good capture of one node and the file under test as that of another. */
async function siteWith(name: string, bytes: Uint8Array): Promise<string> {
  await write(name, bytes);
  return write(
    `${name}.yaml`,
    `
agent: { tap_mode: 1, tap_interface_regex: eth0 }
nodes:
  - { name: n1, nics: [{ name: eth0, mac: "02:00:00:00:01:00" }] }
  - { name: n2, nics: [{ name: eth0, mac: "02:00:00:00:02:00" }] }
pods:
  - { name: p1a, node: n1, nics: [{ kind: macvlan, hostNic: eth0, mac: "02:00:00:01:01:0a", ips: [10.10.0.110] }] }
  - { name: p1b, node: n1, nics: [{ kind: macvlan, hostNic: eth0, mac: "02:00:00:01:01:0b", ips: [10.10.0.111] }] }
captures:
  - { node: n1, nic: eth0, file: good.pcap }
  - { node: n2, nic: eth0, file: ${name} }
expect: { cni: macvlan }
`,
  );
}

function patched(offset: number, value: number): Buffer {
  const bytes = Buffer.from(good);
  bytes.writeUInt32LE(value, offset);
  return bytes;
}

describe.concurrent('files that are no captures: named, exit 2, the rest replayed', () => {
  test.each([
    ['empty.pcap', () => Buffer.alloc(0), 'only 0 bytes'],
    ['header.pcap', () => good.subarray(0, 15), 'only'],
    ['text.pcap', () => Buffer.from('hello, this is no capture at all'), 'starts with 68 65 6c 6c'],
    ['text.gz', () => gzipSync('hello, this is no capture at all'), 'starts with 68 65 6c 6c'],
    ['old.pcap', () => patched(4, 1), 'version'],
    ['broken.gz', () => Buffer.concat([gzipSync(good).subarray(0, 10), Buffer.from('nonsense')]), 'gzip data'],
  ])('%s', async (name, bytes, message) => {
    const { report, code, stderr } = await replay(await siteWith(name, bytes()));
    expect(code).toBe(2);
    expect(stderr).toContain(`${name}: `);
    expect(stderr).toContain(message);
    expect(report.coverage).toMatchObject({ judged: 1, passed: 1 });
    expect(report.captures[1]?.note).toContain(message);
  });
});

describe.concurrent('damage within captures: noted and counted, the rest replayed', () => {
  const firstRecord = 24;
  test.each([
    ['cut.pcap', () => good.subarray(0, good.length - 5), 'the last record is cut off', 18],
    ['cut.gz', () => gzipSync(good).subarray(0, -300), 'ends before it is complete', null],
    ['long.pcap', () => patched(firstRecord + 8, 0x7fff_ffff), 'a record header was damaged', null],
    [
      'backwards.pcap',
      () => patched(firstRecord, 0x7fff_0000),
      '17 packets more than 1 ms older than the one before',
      19,
    ],
  ])('%s', async (name, bytes, note, packets) => {
    const { report, code } = await replay(await siteWith(name, bytes()));
    expect(report.captures[1]?.note).toContain(note);
    if (packets !== null) expect(report.captures[1]?.packets).toBe(packets);
    expect(report.captures[0]).toMatchObject({ packets: 19 });
    expect(report.coverage?.judged).toBe(1);
    expect([0, 1]).toContain(code);
  });

  test('a capture without packets beside a good one is no fault; alone it is nothing judged', async () => {
    const { code } = await replay(await siteWith('none.pcap', good.subarray(0, 24)));
    expect(code).toBe(0);
    const alone = await write(
      'alone.yaml',
      'nodes: [{ name: n1, nics: [{ name: eth0 }] }]\ncaptures: [{ node: n1, nic: eth0, file: none.pcap }]\nexpect: { cni: veth }\n',
    );
    expect((await replay(alone)).code).toBe(4);
  });
});

describe.concurrent('site files: file, line, column, what was found and expected', () => {
  const head = 'nodes:\n  - { name: n1, nics: [{ name: eth0, mac: "02:00:00:00:01:00" }] }\n';
  const capture = 'captures:\n  - { node: n1, nic: eth0, file: good.pcap }\n';
  test.each([
    [
      'missing file',
      `${head}captures:\n  - { node: n1, nic: eth0, file: nowhere.pcap }\n`,
      4,
      34,
      'nowhere.pcap, which is not there',
    ],
    ['missing resources', `${head}${capture}resources: gone.json\n`, 5, 12, 'gone.json, which is not there'],
    ['missing syscalls', `${head}${capture}syscalls:\n  - { node: n1, file: gone.jsonl }\n`, 6, 23, 'gone.jsonl'],
    ['directory for a file', `${head}captures:\n  - { node: n1, nic: eth0, file: . }\n`, 4, 34, 'the directory .'],
    ['unknown node', `${head}captures:\n  - { node: n2, nic: eth0, file: good.pcap }\n`, 4, 13, 'unknown node n2'],
    ['bad MAC', `nodes:\n  - { name: n1, nics: [{ name: eth0, mac: zz }] }\n${capture}`, 2, 43, 'a MAC address'],
    ['bad regex', `agent: { tap_interface_regex: "eth(" }\n${head}${capture}`, 1, 31, 'regular expression'],
    ['duplicated key', `${head}${capture}${head}`, 5, 1, 'a second time'],
    ['unknown key', `${head}${capture}capture: []\n`, 5, 1, 'Did you mean captures?'],
    ['no YAML', '{ nodes: [', 1, null, 'found'],
  ])('%s', async (name, text, line, column, message) => {
    const site = await write(`${name.replaceAll(' ', '-')}.yaml`, text);
    const ended = await plumbline(['replay', site]);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain(message);
    expect(ended.stderr).toContain(`${site}:${line}:${column ?? ''}`);
    expect(ended.stderr).not.toMatch(/^\s+at /m);
  });

  test('a site that is not there', async () => {
    const ended = await plumbline(['replay', join(folder, 'no.yaml')]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('no.yaml:1:1: found no such file');
  });

  test('lines of system calls that are none are named, the others used', async () => {
    const lines = await readFile(fixture('macvlan', 'same', 'syscalls.jsonl'), 'utf8');
    await write('calls.jsonl', `${lines}{"ts": 1}\nnonsense\n`);
    const text = await readFile(fixture('macvlan', 'same', 'site.yaml'), 'utf8');
    const site = text
      .replace('file: syscalls.jsonl', 'file: calls.jsonl')
      .replaceAll(/file: ([\w-]+\.pcap)/g, (_, each: string) => `file: ${fixture('macvlan', 'same', each)}`);
    const { code, stderr } = await replay(await write('calls.yaml', site));
    expect(stderr).toMatch(/calls\.jsonl:13:1: left out: .*\n.*calls\.jsonl:14:1: left out/);
    expect(code).toBe(0);
  });
});
