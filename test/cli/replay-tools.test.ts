import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plumbline } from './support/plumbline.js';
import { fixture } from './support/replay.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-tools-'));
});
afterAll(() => rm(folder, { recursive: true }));

const encapsulated = fixture('flannel-vxlan', 'cross', 'n1-eth0.pcap');

async function listed(...args: readonly string[]): Promise<readonly Record<string, unknown>[]> {
  const ended = await plumbline(['packets', ...args, '--format', 'json']);
  expect(ended.code).toBe(0);
  return JSON.parse(ended.stdout) as Record<string, unknown>[];
}

describe.concurrent('plumbline packets', () => {
  test('one row per packet after decapsulation', async () => {
    const rows = await listed(encapsulated);
    expect(rows.map(({ index }) => index)).toEqual(rows.map((_, i) => i));
    expect(rows.find(({ tcpFlags }) => tcpFlags === 2)).toMatchObject({
      length: 74,
      vlan: [],
      tunnel: { type: 1, tier: 1, id: 1, src: '10.10.0.1', dst: '10.10.0.2', offset: 36 },
      src: '10.244.1.10',
      dst: '10.244.2.10',
      protocol: 6,
      dport: 8080,
      payload: 0,
    });
  });

  test.each(['', 'ipip', '2'])('--decap "%s" leaves VXLAN on', async (decap) => {
    const rows = await listed(encapsulated, '--decap', decap);
    const udp = rows.filter(({ protocol }) => protocol === 17);
    expect(udp.length).toBeGreaterThan(10);
    expect(udp[0]).toMatchObject({ dport: 8472, tunnel: null, src: '10.10.0.1' });
  });

  test('the table holds the same packets', async () => {
    const rows = await listed(encapsulated);
    const table = await plumbline(['packets', encapsulated, '--decap', '1,ipip']);
    expect(table.code).toBe(0);
    expect(table.stdout.trim().split('\n')).toHaveLength(rows.length + 1);
  });

  test.each([
    [['--decap', 'vxlan,foo'], encapsulated, "--decap has 'foo'"],
    [['--format', 'xml'], encapsulated, 'expected table or json'],
    [[], '/nowhere.pcap', 'ENOENT'],
    [[], fixture('macvlan', 'same', 'site.yaml'), 'Not a capture'],
  ])('%j %s ends with 2', async (args, file, message) => {
    const ended = await plumbline(['packets', file, ...args]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(message);
    expect(ended.stdout).toBe('');
  });
});

const strace = `4711 1795288080.000100 execve("/usr/bin/curl", ["curl"], 0x0) = 0
4711 1795288080.000700 sendto(5<TCP:[10.10.0.110:57800->10.10.0.111:8080]>, "GET / HTTP/1.1"..., 81, 0, NULL, 0) = 81
4711 1795288080.001300 recvfrom(5<TCP:[10.10.0.110:57800->10.10.0.111:8080]>, "HTTP"..., 102400, 0, NULL, NULL) = 145
4711 1795288080.001400 recvfrom(5<TCP:[10.10.0.110:57800->10.10.0.111:8080]>, 0x0, 102400, 0, NULL, NULL) = -1 EAGAIN
`;
const bpftrace = `5000000000 4711 4711 curl state 10.10.0.110:0 -> 10.10.0.111:8080 7>2 sk=0x1
5000050000 4711 4711 curl state 10.10.0.110:57800 -> 10.10.0.111:8080 2>1 sk=0x1
5000900000 4711 4711 curl sk_len sk=0x1 proto=6 ret=81
5000910000 4711 4711 curl sendto fd=5 ret=81 enter=5000800000
`;

describe.concurrent('plumbline syscalls convert', () => {
  test('from strace', async () => {
    const file = join(folder, 'strace.txt');
    await writeFile(file, strace);
    const ended = await plumbline(['syscalls', 'convert', '--node', 'n1', file]);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const events = ended.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events).toMatchObject([
      { ts: 1795288080.0007, node: 'n1', pid: 4711, comm: 'curl', role: 'client', dir: 'send', bytes: 81 },
      { dir: 'recv', src: '10.10.0.111', sport: 8080, dst: '10.10.0.110', dport: 57800, protocol: 6, bytes: 145 },
    ]);
  });

  test('from bpftrace, with the offset given and found in a capture', async () => {
    const file = join(folder, 'bpftrace.txt');
    await writeFile(file, bpftrace);
    const given = await plumbline([
      'syscalls',
      'convert',
      '--node',
      'n1',
      '--epoch-offset',
      '1795288075000000000',
      file,
    ]);
    expect(given.code).toBe(0);
    expect(JSON.parse(given.stdout)).toMatchObject({ ts: 1795288080.0008, dir: 'send', role: 'client', bytes: 81 });
    const capture = fixture('macvlan', 'same', 'n1-eth0.pcap');
    const aligned = await plumbline(['syscalls', 'convert', '--node', 'n1', '--align', capture, file]);
    expect(aligned.code).toBe(0);
    const syn = (await listed(capture)).find(({ tcpFlags }) => tcpFlags === 2);
    expect(JSON.parse(aligned.stdout).ts).toBeCloseTo(Number(syn?.ts) + 0.0008, 5);
  });

  test.each([
    ['no offset', bpftrace, [], 'has times since boot'],
    ['foreign capture', bpftrace, ['--align', encapsulated], 'holds no SYN'],
    ['offset for strace', strace, ['--epoch-offset', '1'], 'no such text'],
    ['no trace', 'hello\nworld\n', [], ':1:1: found hello'],
  ])('%s ends with 2', async (name, text, args, message) => {
    const file = join(folder, `${name}.txt`);
    await writeFile(file, text);
    const ended = await plumbline(['syscalls', 'convert', '--node', 'n1', ...args, file]);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain(message);
  });

  test('the node has to be named', async () => {
    const ended = await plumbline(['syscalls', 'convert', fixture('macvlan', 'same', 'syscalls.jsonl')]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('--node');
  });

  test('what was converted is what a site reads', async () => {
    const lines = (await readFile(fixture('macvlan', 'same', 'syscalls.jsonl'), 'utf8')).trim().split('\n');
    const keys = ['ts', 'node', 'pid', 'comm', 'role', 'dir', 'src', 'sport', 'dst', 'dport', 'protocol', 'bytes'];
    for (const line of lines) expect(Object.keys(JSON.parse(line))).toEqual(keys);
  });
});
