import { execFileSync, spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateCapture } from '../../bench/flow-core/generate-capture.js';
import { plumbline } from './support/plumbline.js';
import { fixture, judgedOnly, pointsOf, replay } from './support/replay.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-replay-'));
});
afterAll(() => rm(folder, { recursive: true }));

const inFolder = (name: string): string => join(folder, name);
const hasZstd = spawnSync('zstd', ['--version']).status === 0;

describe('the same bytes come out', () => {
  test('whatever the number of workers', async () => {
    const site = fixture('flannel-vxlan', 'cross', 'site.yaml');
    const outputs = [];
    for (const workers of ['1', '2', '3']) {
      const flows = inFolder(`flows-${workers}.jsonl`);
      const ended = await replay(site, '--workers', workers, '--flows', flows, '--explain');
      outputs.push(ended.stdout, await readFile(flows, 'utf8'));
    }
    const [report, flows] = outputs;
    expect(outputs).toEqual([report, flows, report, flows, report, flows]);
  });

  test('whatever the number of workers, with many rows and MACs to be learnt', async () => {
    const plan = { packets: 60_000, flows: 9000, payload: [0, 80], vxlan: 30, udp: 10, gap: 100 } as const;
    generateCapture(inFolder('many.pcap'), plan);
    generateCapture(inFolder('few.pcap'), { ...plan, packets: 20_000, flows: 50 });
    await writeFile(
      inFolder('many.yaml'),
      `
nodes:
  - { name: n1, nics: [{ name: eth0, mac: "02:00:00:00:00:0a", ips: [192.168.0.1] }] }
  - { name: n2, nics: [{ name: eth0, ips: [192.168.0.2] }] }
pods: [{ name: web, node: n1, nics: [{ kind: veth, hostNic: veth1, ips: [10.0.0.7] }] }]
captures:
  - { node: n1, nic: eth0, file: many.pcap }
  - { node: n2, nic: eth0, file: few.pcap }
  - { node: n1, nic: veth1, file: few.pcap }
`,
    );
    const outputs = [];
    for (const workers of ['1', '2', '3']) {
      const flows = inFolder(`many-${workers}.csv`);
      const ended = await replay(inFolder('many.yaml'), '--workers', workers, '--flows', flows);
      outputs.push([ended.stdout, await readFile(flows, 'utf8')]);
    }
    expect(outputs[0]?.[1]?.split('\n').length).toBeGreaterThan(9000);
    for (const output of outputs) expect(output).toEqual(outputs[0]);
  });

  test.each([
    ['gzip', gzipSync],
    [
      'gzip in two members',
      (bytes: Buffer) => Buffer.concat([gzipSync(bytes.subarray(0, 999)), gzipSync(bytes.subarray(999))]),
    ],
    ...(hasZstd
      ? [['zstd', (bytes: Buffer) => execFileSync('zstd', ['-c', '-q'], { input: bytes, maxBuffer: 1 << 28 })] as const]
      : []),
  ] as const)('from %s', async (_, pack) => {
    await writeFile(
      inFolder('packed.yaml'),
      `
agent: { tap_mode: 1, tap_interface_regex: eth0 }
nodes: [{ name: n1, nics: [{ name: eth0, mac: "02:00:00:00:01:00" }] }]
captures: [{ node: n1, nic: eth0, file: packed }]
`,
    );
    const plain = await readFile(fixture('macvlan', 'same', 'n1-eth0.pcap'));
    await writeFile(inFolder('packed'), plain);
    const wanted = await replay(inFolder('packed.yaml'));
    // The name says nothing: the first bytes do.
    await writeFile(inFolder('packed'), pack(plain));
    const found = await replay(inFolder('packed.yaml'));
    expect(wanted.report.conversations).not.toEqual([]);
    expect(found.stdout).toBe(wanted.stdout);
  });

  test('from a pipe, which can be read once', async () => {
    const site = (await readFile(fixture('macvlan', 'same', 'site.yaml'), 'utf8'))
      .replace(/^.*pod-.*\n|^syscalls:\n.*\n/gm, '')
      .replaceAll(/file: (\S+)/g, (_, name: string) => `file: ${fixture('macvlan', 'same', name)}`);
    const whole = fixture('macvlan', 'same', 'n1-eth0.pcap');
    await writeFile(inFolder('file.yaml'), site);
    await writeFile(inFolder('pipe.yaml'), site.replace(whole, 'pipe.pcap'));
    execFileSync('mkfifo', [inFolder('pipe.pcap')]);
    const writing = readFile(whole).then((bytes) => writeFile(inFolder('pipe.pcap'), bytes));
    const [piped, filed] = [await replay(inFolder('pipe.yaml')), await replay(inFolder('file.yaml'))];
    await writing;
    expect(filed.report.conversations).not.toEqual([]);
    expect(piped.report.conversations).toEqual(filed.report.conversations);
  });

  test('from pieces of one capture, in the order of their packets', async () => {
    const whole = await readFile(fixture('macvlan', 'same', 'n1-eth0.pcap'));
    const cut = endOfRecord(whole, 8);
    await writeFile(inFolder('a.pcap'), Buffer.concat([whole.subarray(0, 24), whole.subarray(cut)]));
    await writeFile(inFolder('b.pcap'), whole.subarray(0, cut));
    const site = (await readFile(fixture('macvlan', 'same', 'site.yaml'), 'utf8'))
      .replace('file: n1-eth0.pcap', 'files: [a.pcap, b.pcap]')
      .replace(/^.*pod-.*\n|^syscalls:\n.*\n/gm, '')
      .replaceAll(/file: (\S+)/g, (_, name: string) => `file: ${fixture('macvlan', 'same', name)}`);
    await writeFile(inFolder('pieces.yaml'), site);
    const { report } = await replay(inFolder('pieces.yaml'));
    const client = judgedOnly(report)[0]?.points.find(({ tapSide }) => tapSide === 'c');
    expect(client).toMatchObject({ packetsTx: 10, packetsRx: 7, retransTx: 0, retransRx: 0 });
    expect(report.captures[0]).toMatchObject({ file: 'b.pcap, a.pcap', packets: 19 });
  });
});

test('a capture of all NICs is split by interface index', async () => {
  const first = await readFile(fixture('flannel-vxlan', 'same', 'n1-vethp1a.pcap'));
  const second = await readFile(fixture('flannel-vxlan', 'same', 'n1-cni0.pcap'));
  const head = Buffer.from(first.subarray(0, 24));
  head.writeUInt32LE(276, 20);
  await writeFile(inFolder('any.pcap'), Buffer.concat([head, asLinuxCooked(first, 3), asLinuxCooked(second, 5)]));
  await writeFile(
    inFolder('any.yaml'),
    `
nodes:
  - name: n1
    nics:
      - { name: vethp1a, ifindex: 3, mac: "02:00:00:0f:01:0a" }
      - { name: cni0, ifindex: 5, kind: bridge, mac: "02:00:00:0f:01:0b" }
captures: [{ node: n1, nic: any, file: any.pcap }]
`,
  );
  const { report } = await replay(inFolder('any.yaml'));
  const nics = report.conversations.flatMap(({ points }) => points.map(({ nic, inferred }) => `${nic} ${inferred}`));
  expect(new Set(nics)).toEqual(new Set(['vethp1a true']));
  expect(report.captures[0]?.note).toMatch(/\d+ flows? of NICs that the agent does not capture/);
});

/** Records of an Ethernet capture as SLL2 has them, all sent by the capturing host through one interface. */
function asLinuxCooked(pcap: Buffer, ifindex: number): Buffer {
  const records: Buffer[] = [];
  for (let at = 24; at < pcap.length; ) {
    const length = pcap.readUInt32LE(at + 8);
    const frame = pcap.subarray(at + 16, at + 16 + length);
    const header = Buffer.alloc(16 + 20);
    pcap.copy(header, 0, at, at + 8);
    header.writeUInt32LE(length + 6, 8);
    header.writeUInt32LE(length + 6, 12);
    frame.copy(header, 16, 12, 14);
    header.writeUInt32BE(ifindex, 20);
    header.writeUInt16BE(1, 24);
    header[26] = 4;
    header[27] = 6;
    frame.copy(header, 28, 6, 12);
    records.push(header, frame.subarray(14));
    at += 16 + length;
  }
  return Buffer.concat(records);
}

function endOfRecord(pcap: Buffer, count: number): number {
  let at = 24;
  for (let i = 0; i < count; i++) at += 16 + pcap.readUInt32LE(at + 8);
  return at;
}

describe('captures of a directory, and the cluster as kubectl prints it', () => {
  const item = (kind: string, name: string, more: object) => ({ apiVersion: 'v1', kind, metadata: { name }, ...more });
  const cluster = {
    kind: 'List',
    items: [
      ...['n1', 'n2'].map((name, i) =>
        item('Node', name, { status: { addresses: [{ type: 'InternalIP', address: `10.10.0.${i + 1}` }] } }),
      ),
      ...[
        ['p1a', 'n1', '10.10.0.110'],
        ['p1b', 'n1', '10.10.0.111'],
        ['p2a', 'n2', '10.10.0.120'],
      ].map(([name = '', nodeName, podIP]) => item('Pod', name, { spec: { nodeName }, status: { podIP } })),
    ],
  };
  const settings = ['--set', 'tap_mode=1', '--set', 'tap_interface_regex=eth0', '--expect', 'macvlan'];

  test('MACs are learnt from ARP, and both ends are seen', async () => {
    await mkdir(inFolder('captures'));
    for (const name of ['n1-eth0.pcap', 'n2-eth0.pcap']) {
      await copyFile(fixture('macvlan', 'same', name), inFolder(join('captures', name)));
    }
    await writeFile(inFolder('captures/notes.txt'), 'x');
    await writeFile(inFolder('cluster.json'), JSON.stringify(cluster));
    const ended = await replay('--captures', inFolder('captures'), '--cluster', inFolder('cluster.json'), ...settings);
    expect(ended.stderr).toContain('notes.txt: left out, not the name of a capture');
    expect(ended.report.coverage).toMatchObject({ judged: 1, passed: 1, expected: ['c-p', 'c', 's', 's-p'] });
    const learnt = ended.report.platform.facts.find(({ owner }) => owner === 'pod default/p1a');
    expect(learnt).toMatchObject({ mac: '02:00:00:01:01:0a', origin: 'learnt' });
    expect(ended.code).toBe(0);
  });

  test('whose veth it is, is told by which end a packet passes first', async () => {
    const folder = inFolder('veths');
    await mkdir(folder);
    for (const name of ['n1-vethp1a.pcap', 'n1-vethp1b.pcap', 'n2-vethp2a.pcap']) {
      await copyFile(fixture('flannel-vxlan', 'same', name), join(folder, name));
    }
    const moved = JSON.parse(JSON.stringify(cluster).replaceAll('10.10.0.11', '10.244.1.1'));
    await writeFile(inFolder('veths.json'), JSON.stringify(moved));
    const ended = await replay('--captures', folder, '--cluster', inFolder('veths.json'), '--expect', 'veth/same-node');
    expect(ended.report.coverage).toMatchObject({ judged: 1, passed: 1, seen: ['c', 's'] });
    expect(pointsOf(ended.report)).toEqual(['c n1 vethp1a both', 's n1 vethp1b both']);
    expect(ended.report.notes).toEqual(['n2 vethp2a: whose veth this is, is not known; a n2.links.json would tell']);
  });

  test('a cluster file that is none', async () => {
    await writeFile(inFolder('broken.json'), '{"kind":\n "List", "items": [}');
    const ended = await plumbline(['replay', '--captures', inFolder('captures'), '--cluster', inFolder('broken.json')]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/broken\.json:2:\d+: found .*, expected JSON or YAML/);
  });

  test('a directory without a capture of a node', async () => {
    await mkdir(inFolder('empty'));
    const ended = await plumbline(['replay', '--captures', inFolder('empty'), '--cluster', inFolder('cluster.json')]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('holds no capture of a node of the cluster (n1, n2)');
  });

  test('resources of a site give flows their names', async () => {
    const labelled = cluster.items.map((each) => ({ ...each, metadata: { ...each.metadata, namespace: 'default' } }));
    const owned = labelled.map((each) => ({
      ...each,
      metadata: { ...each.metadata, ownerReferences: [{ kind: 'DaemonSet', name: 'web', controller: true }] },
    }));
    await writeFile(inFolder('owned.json'), JSON.stringify({ kind: 'List', items: owned }));
    const site = (await readFile(fixture('macvlan', 'same', 'site.yaml'), 'utf8'))
      .replaceAll(/file: ([^,\s}]+)/g, (_, name: string) => `file: ${fixture('macvlan', 'same', name)}`)
      .concat('resources: owned.json\n');
    await writeFile(inFolder('owned.yaml'), site);
    const { code } = await replay(inFolder('owned.yaml'), '--flows', inFolder('owned.jsonl'));
    expect(code).toBe(0);
    const [first] = (await readFile(inFolder('owned.jsonl'), 'utf8')).split('\n');
    expect(JSON.parse(first ?? '')).toMatchObject({ workload_0: 'web', pod_ns_0: 'default' });
  });
});
