import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { plumbline } from './support/plumbline.js';
import { hasTshark, tsharkFields } from './support/tshark.js';

interface ListedPacket {
  readonly src: string | null;
  readonly dst: string | null;
  readonly protocol: number | null;
  readonly sport: number;
  readonly dport: number;
  readonly tcpFlags: number;
  readonly seq: number;
  readonly ack: number;
  readonly payload: number;
  readonly tunnel: { readonly id: number; readonly src: string; readonly dst: string } | null;
}

const tcpFields = [
  'ip.src',
  'ip.dst',
  'tcp.srcport',
  'tcp.dstport',
  'tcp.flags',
  'tcp.seq_raw',
  'tcp.ack_raw',
  'tcp.len',
];

const files = readdirSync('capture-fixtures', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.pcap'))
  .map((name) => join('capture-fixtures', name))
  .sort();

describe.skipIf(!hasTshark())('packets, against tshark (skipped where tshark is not installed)', () => {
  it('agrees on each TCP segment of each recording, inside tunnels too', async () => {
    expect(files.length).toBeGreaterThan(30);
    let segments = 0;
    for (const file of files) {
      const { stdout, code } = await plumbline(['packets', file, '--format', 'json']);
      // 4: nothing was on that NIC.
      expect([0, 4], file).toContain(code);
      const packets = JSON.parse(stdout) as ListedPacket[];
      const ours = packets.map((packet) => {
        if (packet.protocol !== 6) return '';
        segments += 1;
        const { src, dst, sport, dport, tcpFlags, seq, ack, payload } = packet;
        return [src, dst, sport, dport, `0x${tcpFlags.toString(16).padStart(4, '0')}`, seq, ack, payload].join('\t');
      });
      const theirs = tsharkFields(file, 'l', tcpFields).map((line) => (line.split('\t')[2] === '' ? '' : line));
      expect(ours, file).toEqual(theirs);
    }
    expect(segments).toBeGreaterThan(500);
  }, 120_000);

  it('agrees on the tunnel around them', async () => {
    const file = 'capture-fixtures/flannel-vxlan/cross/n1-eth0.pcap';
    const { stdout } = await plumbline(['packets', file, '--format', 'json']);
    const ours = (JSON.parse(stdout) as ListedPacket[]).map(({ tunnel }) =>
      tunnel === null ? '' : [tunnel.id, tunnel.src, tunnel.dst].join('\t'),
    );
    const theirs = tsharkFields(file, 'f', ['vxlan.vni', 'ip.src', 'ip.dst']).map((line) =>
      line.startsWith('\t') ? '' : line,
    );
    expect(ours).toEqual(theirs);
    expect(ours.filter(Boolean)).toHaveLength(17);
  });
});
