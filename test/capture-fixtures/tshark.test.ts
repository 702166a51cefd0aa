import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { loadFlowCore } from '../../src/cli/replay/load-core.js';
import { createFlowCore, defaultCoreConfig, type PacketRow } from '../../src/replay/core/index.js';
import { packetJson } from '../../src/report/packet-json.js';
import { hasTshark, tsharkFields } from '../cli/support/tshark.js';
import { recordingsFolder, recordingsIn } from './support/recordings.js';

const core = loadFlowCore();

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

/** Packets after decapsulation, as the command `packets` lists them. */
function packetsOf(file: string): readonly ListedPacket[] {
  const texts: string[] = [];
  const onPacket = (row: PacketRow): void => {
    texts.push(packetJson(row));
  };
  const listing = createFlowCore(core, { ...defaultCoreConfig, decap: [1, 2, 4] }, { onPacket }, 'packets');
  listing.feed(gunzipSync(readFileSync(file)));
  listing.endFile();
  listing.end();
  return texts.map((text) => JSON.parse(text) as ListedPacket);
}

const segment = [
  'ip.src',
  'ip.dst',
  'tcp.srcport',
  'tcp.dstport',
  'tcp.flags',
  'tcp.seq_raw',
  'tcp.ack_raw',
  'tcp.len',
];
/** Where the nodes' NIC shows what the Pods' NICs do, in tunnels or not: the span that has all there is to decapsulate. */
const recordings = recordingsIn(recordingsFolder).filter(({ span }) => span === 'cross-node');

describe.skipIf(!hasTshark())(
  'packets and tunnels of the recordings, against tshark (skipped where it is not installed)',
  () => {
    it.each(recordings)('$cni', ({ folder }) => {
      const file = join(folder, 'n1-eth0.pcap.gz');
      expect(existsSync(file)).toBe(true);
      const ours = packetsOf(file);
      const segments = ours.map(({ protocol, src, dst, sport, dport, tcpFlags, seq, ack, payload }) =>
        protocol === 6
          ? [src, dst, sport, dport, `0x${tcpFlags.toString(16).padStart(4, '0')}`, seq, ack, payload].join('\t')
          : '',
      );
      const theirs = tsharkFields(file, 'l', segment).map((line) => (line.split('\t')[2] === '' ? '' : line));
      expect(segments).toEqual(theirs);
      expect(segments.filter(Boolean).length).toBeGreaterThan(80);

      const tunnels = ours.map(({ tunnel }) => (tunnel === null ? '' : [tunnel.id, tunnel.src, tunnel.dst].join('\t')));
      const outer = tsharkFields(file, 'f', ['ip.proto', 'vxlan.vni', 'geneve.vni', 'ip.src', 'ip.dst']);
      expect(tunnels).toEqual(
        outer.map((line) => {
          const [protocol, vxlan, geneve, src, dst] = line.split('\t');
          const id = vxlan || (geneve ? `${Number(geneve)}` : protocol === '4' ? '0' : '');
          return id === '' ? '' : [id, src, dst].join('\t');
        }),
      );
    });
  },
);
