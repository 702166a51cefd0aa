import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plumbline } from './support/plumbline.js';
import { type TroubledPlan, troubledCapture } from './support/troubled-capture.js';
import { hasTshark, tsharkFields } from './support/tshark.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-tshark-'));
});
afterAll(() => rm(folder, { recursive: true }));

const nothing = { lostBehind: 0, lostBefore: 0, doubled: 0, overtaken: 0 };
const plans: readonly (readonly [string, TroubledPlan])[] = [
  ['nothing wrong', { ...nothing, conversations: 30, seed: 1 }],
  ['loss behind the point of capture', { ...nothing, lostBehind: 12, conversations: 60, seed: 2 }],
  ['loss before it', { ...nothing, lostBefore: 12, conversations: 60, seed: 3 }],
  ['packets doubled', { ...nothing, doubled: 12, conversations: 60, seed: 4 }],
  ['packets out of order', { ...nothing, overtaken: 12, conversations: 60, seed: 5 }],
  ['all of it', { lostBehind: 8, lostBefore: 8, doubled: 8, overtaken: 8, conversations: 120, seed: 6 }],
];

/** One direction of one conversation. */
interface Sent {
  packets: number;
  bytes: number;
  /** Data that does not go on where the data before ended: sent again, or late. */
  sentAgain: number;
  late: number;
}

interface FlowRow {
  readonly ip_0: string;
  readonly ip_1: string;
  readonly client_port: number;
  readonly server_port: number;
  readonly packet_tx: number;
  readonly packet_rx: number;
  readonly byte_tx: number;
  readonly byte_rx: number;
  readonly retrans_tx: number;
  readonly retrans_rx: number;
  readonly ooo_tx: number;
  readonly ooo_rx: number;
}

async function ours(name: string): Promise<Map<string, Sent>> {
  const site = `
nodes: [{ name: n1, nics: [{ name: eth0, mac: "02:00:00:00:01:0a" }] }]
captures: [{ node: n1, nic: eth0, file: ${name}.pcap }]
`;
  await writeFile(join(folder, `${name}.yaml`), site);
  const flows = join(folder, `${name}.jsonl`);
  await plumbline(['replay', join(folder, `${name}.yaml`), '--flows', flows, '--format', 'json']);
  const rows = (await readFile(flows, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as FlowRow);
  return new Map(
    rows.flatMap((row) => [
      [
        `${row.ip_0} ${row.client_port} ${row.ip_1} ${row.server_port}`,
        { packets: row.packet_tx, bytes: row.byte_tx, sentAgain: row.retrans_tx, late: row.ooo_tx },
      ],
      [
        `${row.ip_1} ${row.server_port} ${row.ip_0} ${row.client_port}`,
        { packets: row.packet_rx, bytes: row.byte_rx, sentAgain: row.retrans_rx, late: row.ooo_rx },
      ],
    ]),
  );
}

const ethernetHeader = 14;
const ipv6Header = 40;

function theirs(file: string): Map<string, Sent> {
  const inner = ['ip.src', 'ip.dst', 'ipv6.src', 'ipv6.dst', 'tcp.srcport', 'tcp.dstport', 'ip.len', 'ipv6.plen'];
  const analysis = ['tcp.analysis.retransmission', 'tcp.analysis.out_of_order'];
  const sent = new Map<string, Sent>();
  for (const line of tsharkFields(file, 'l', [...inner, ...analysis])) {
    const [src4, dst4, src6, dst6, sport, dport, length4, length6, again, late] = line.split('\t');
    const isIpv6 = src6 !== '';
    const key = isIpv6 ? `${src6} ${sport} ${dst6} ${dport}` : `${src4} ${sport} ${dst4} ${dport}`;
    const one = sent.get(key) ?? { packets: 0, bytes: 0, sentAgain: 0, late: 0 };
    one.packets += 1;
    one.bytes += ethernetHeader + (isIpv6 ? ipv6Header + Number(length6) : Number(length4));
    if (again !== '') one.sentAgain += 1;
    else if (late !== '') one.late += 1;
    sent.set(key, one);
  }
  return sent;
}

const sorted = (sent: Map<string, Sent>, value: (one: Sent) => unknown) =>
  [...sent].map(([key, one]) => [key, value(one)]).sort();
const total = (sent: Map<string, Sent>, value: (one: Sent) => number) =>
  [...sent.values()].reduce((sum, one) => sum + value(one), 0);

describe.skipIf(!hasTshark())('generated captures, against tshark (skipped where tshark is not installed)', () => {
  it.each(plans)(
    '%s: packets, bytes and what was sent again or late, by 5-tuple and direction',
    async (what, plan) => {
      const name = what.replaceAll(' ', '-');
      const file = join(folder, `${name}.pcap`);
      await writeFile(file, troubledCapture(plan));
      const [own, other] = [await ours(name), theirs(file)];
      expect(own.size).toBe(2 * plan.conversations);
      expect(sorted(own, ({ packets, bytes }) => [packets, bytes])).toEqual(
        sorted(other, ({ packets, bytes }) => [packets, bytes]),
      );
      expect(sorted(own, ({ sentAgain, late }) => sentAgain + late)).toEqual(
        sorted(other, ({ sentAgain, late }) => sentAgain + late),
      );
      const troubles = plan.lostBehind + plan.lostBefore + plan.doubled + plan.overtaken;
      expect(total(own, ({ sentAgain, late }) => sentAgain + late) > 0).toBe(troubles > 0);
      if (what.startsWith('loss behind') || what === 'nothing wrong') {
        expect(sorted(own, ({ sentAgain }) => sentAgain)).toEqual(sorted(other, ({ sentAgain }) => sentAgain));
        expect(total(own, ({ late }) => late)).toBe(0);
      }
      if (what === 'packets out of order') expect(total(own, ({ sentAgain }) => sentAgain)).toBe(0);
    },
    60_000,
  );

  it('lists the same segments in the same order, and the tunnels around them', async () => {
    const file = join(folder, 'listed.pcap');
    await writeFile(file, troubledCapture(plans[5]?.[1] ?? { ...nothing, conversations: 1, seed: 1 }));
    const { stdout } = await plumbline(['packets', file, '--format', 'json']);
    const listed = JSON.parse(stdout) as ListedPacket[];
    const own = listed.map(({ sport, dport, seq, ack, payload, tunnel }) => [
      [sport, dport, seq, ack, payload].join('\t'),
      tunnel === null ? '' : [tunnel.id === 0 ? '' : tunnel.id, tunnel.src, tunnel.dst].join('\t'),
    ]);
    const segments = tsharkFields(file, 'l', ['tcp.srcport', 'tcp.dstport', 'tcp.seq_raw', 'tcp.ack_raw', 'tcp.len']);
    const outer = tsharkFields(file, 'f', ['vxlan.vni', 'ip.src', 'ip.dst']);
    const other = segments.map((line, i) => [line, /192\.168/.test(outer[i] ?? '') ? outer[i] : '']);
    expect(own).toEqual(other);
    expect(new Set(listed.map(({ tunnel }) => tunnel?.type ?? 0))).toEqual(new Set([0, 1, 2]));
  }, 60_000);
});

interface ListedPacket {
  readonly sport: number;
  readonly dport: number;
  readonly seq: number;
  readonly ack: number;
  readonly payload: number;
  readonly tunnel: { readonly type: number; readonly id: number; readonly src: string; readonly dst: string } | null;
}
