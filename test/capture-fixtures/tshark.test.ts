import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { loadFlowCore } from '../../src/cli/replay/load-core.js';
import { createFlowCore, defaultCoreConfig, type PacketRow } from '../../src/replay/core/index.js';
import { packetJson } from '../../src/report/packet-json.js';
import { hasTshark, tsharkEnds } from '../cli/support/tshark.js';
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
  const listing = createFlowCore(core, { ...defaultCoreConfig, decap: [1, 2, 4, 6, 7] }, { onPacket }, 'packets');
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
/** Where the nodes' NICs show what the Pods' NICs do, in tunnels or not. */
const recordings = recordingsIn(recordingsFolder).filter(({ span }) => span === 'cross-node');

describe.skipIf(!hasTshark())('packets and tunnels, against tshark (skipped where it is not installed)', () => {
  it.each(recordings.map(({ cni, folder }) => ({ cni, folder })))('$cni', ({ folder }) => {
    expectSamePackets(join(folder, 'n1-eth0.pcap.gz'));
  });

  const mirrored = join(recordingsFolder, 'erspan-mirror', 'same-node', 'n1-mgmt.pcap.gz');
  it.skipIf(!existsSync(mirrored))('copies of a mirror in ERSPAN (skipped while there is no recording of one)', () => {
    expectSamePackets(mirrored);
  });
});

function expectSamePackets(file: string): void {
  const ours = packetsOf(file);
  const segments = ours.map(({ protocol, src, dst, sport, dport, tcpFlags, seq, ack, payload }) =>
    protocol === 6
      ? [src, dst, sport, dport, `0x${tcpFlags.toString(16).padStart(4, '0')}`, seq, ack, payload].join('\t')
      : '',
  );
  const theirs = tsharkEnds(file, [...outer, 'ip.src', 'ip.dst'], ['ipv6.src', 'ipv6.dst', ...segment]);
  expect(segments).toEqual(theirs.innermost.map(segmentText));
  expect(segments.filter(Boolean).length).toBeGreaterThan(80);
  const tunnels = ours.map(({ tunnel }) => (tunnel === null ? '' : [tunnel.id, tunnel.src, tunnel.dst].join('\t')));
  expect(tunnels).toEqual(theirs.outermost.map(outerText));
}

function segmentText(line: string): string {
  const [src6 = '', dst6 = '', src = '', dst = '', sport = '', ...rest] = line.split('\t');
  return sport === '' ? '' : [src || src6, dst || dst6, sport, ...rest].join('\t');
}

const outer = ['ip.proto', 'vxlan.vni', 'geneve.vni', 'erspan.spanid', 'gre.key'];

/** Number and ends of the outermost tunnel; "" where there is none. IP in IP has no number. */
function outerText(line: string): string {
  const [protocol, vxlan, geneve, erspan, key, src, dst] = line.split('\t');
  const number = [vxlan, geneve, erspan, key, protocol === '4' ? '0' : ''].find(
    (text) => text !== undefined && text !== '',
  );
  return number === undefined ? '' : [Number(number), src, dst].join('\t');
}
