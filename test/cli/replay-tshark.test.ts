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

/** One NIC of each kind; those of every lab go through the same core in `test/capture-fixtures`. */
const files = [
  'capture-fixtures/cilium-peer/cross/n1-eth0.pcap',
  'capture-fixtures/flannel-vxlan/cross/n1-eth0.pcap',
  'capture-fixtures/flannel-vxlan/same/n1-cni0.pcap',
  'capture-fixtures/ipvlan-l3/cross/n1-eth0.pcap',
  'capture-fixtures/macvlan/same/n1-eth0.pcap',
];

describe.skipIf(!hasTshark())('packets, against tshark (skipped where tshark is not installed)', () => {
  it('agrees on each TCP segment, inside tunnels too', async () => {
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
    expect(segments).toBeGreaterThan(50);
  });

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
