import {
  type DelayStat,
  type FlowPeer,
  type FlowRecord,
  type FlowTunnel,
  flowStates,
  type TunnelEnds,
} from '../flow-record.js';
import { ipAt, macAt } from './wire-words.js';

// Offsets of src/flow-core/flow-node.ts within a record: 16 bytes of header, the common part of the node, and the
// reported cold part of each side.
const header = 16;
const sides = header + 128;
const sideSize = 64;
const tunnels = header + 368;
const tunnelSize = 56;
const cold = header + 512;
const coldSize = 128;

const reversed = 1;
const handshake = 2;
const inferred = 16;
const tunnelled = 64;

/** A record from a row of the core's output. */
export function decodeRecord(view: DataView, row: number): FlowRecord {
  const u8 = (at: number) => view.getUint8(row + header + at);
  const u32 = (at: number) => view.getUint32(row + header + at, true);
  const u64 = (at: number) => view.getBigUint64(row + header + at, true);
  const flags = u8(82);
  const client = flags & reversed;
  const server = 1 - client;
  const startTime = micros(u64(104));
  const endTime = micros(u64(96));
  const isEnd = view.getUint32(row, true) === 1;
  const rttKnown = u8(356) !== 0;
  const tapMac = macAt(view, row + header + 16);
  const natSource = u8(358);
  const lastTunnelType = u8(83) > 0 ? u8(84) : 0;
  const hiddenPackets = u32(348);
  const family = u8(13) === 6 ? 6 : 4;
  const clientCold = row + cold + client * coldSize;
  const serverCold = row + cold + server * coldSize;
  return {
    kind: isEnd ? 'end' : 'interval',
    flowId: u64(256),
    startTime,
    endTime,
    intervalStart: Number(u64(272)) * 1_000_000,
    duration: endTime - startTime,
    client: decodePeer(view, row, client, family),
    server: decodePeer(view, row, server, family),
    family,
    etherType: family === 6 ? 0x86dd : 0x0800,
    protocol: u8(12),
    vlan: view.getUint16(row + header + 86, true),
    tapMac,
    tapOrigin: u8(14),
    natSource,
    tapPort: tapPort(tapMac, lastTunnelType, natSource, u8(14)),
    tunnel: decodeTunnel(view, row, client),
    endChanges: u32(360),
    inferred: (flags & inferred) !== 0,
    interfaceId: u32(24),
    ifindex: u32(28),
    synCount: u32(304),
    synAckCount: u32(308),
    finCount: u32(312),
    retransSyn: u32(316),
    retransSynAck: u32(320),
    rtt: rttKnown ? u32(352) : null,
    rttClient: decodeDelay(view, clientCold + 32),
    rttServer: decodeDelay(view, serverCold + 32),
    srt: decodeDelay(view, serverCold + 48),
    art: decodeDelay(view, serverCold + 64),
    cit: decodeDelay(view, clientCold + 80),
    synSeq: u32(296),
    synAckSeq: u32(300),
    lastKeepaliveSeq: u32(324),
    lastKeepaliveAck: u32(328),
    initIpid: view.getUint16(row + header + 332, true),
    closeType: u8(359),
    state: flowStates[u8(81)] ?? 'Raw',
    cutByEnd: u8(357) !== 0,
    direction: {
      isReversed: client === 1,
      score: view.getUint8(row + sides + server * sideSize + 6),
      clientScore: view.getUint8(row + sides + client * sideSize + 6),
      byHandshake: (flags & handshake) !== 0,
      reversals: u32(364),
    },
    snaplenCut: u32(336),
    duplicates: u32(340),
    hiddenTunnel: hiddenPackets > 0 ? { type: u8(344), packets: hiddenPackets } : null,
    firstPacket: Number(u64(264)),
    lastPacket: Number(u64(88)),
  };
}

function decodePeer(view: DataView, row: number, side: number, family: number): FlowPeer {
  const hot = row + sides + side * sideSize;
  const rest = row + cold + side * coldSize;
  const ends = view.getUint8(row + header + 80);
  const packets = view.getUint32(hot, true);
  const bytes = Number(view.getBigUint64(hot + 8, true));
  const tcpFlags = view.getUint8(hot + 4);
  const toaFamily = view.getUint8(rest + 29);
  return {
    ip: ipAt(view, row + header + 32 + side * 16, family),
    port: view.getUint16(row + header + 8 + side * 2),
    mac: macAt(view, row + header + 64 + side * 8),
    l2End: (ends & (1 << side)) !== 0,
    l3End: (ends & (4 << side)) !== 0,
    packets,
    bytes,
    l3Bytes: Number(view.getBigUint64(hot + 16, true)),
    l4Bytes: Number(view.getBigUint64(hot + 24, true)),
    totalPackets: view.getUint32(rest, true) + packets,
    totalBytes: Number(view.getBigUint64(rest + 16, true)) + bytes,
    tcpFlags,
    totalTcpFlags: view.getUint8(rest + 28) | tcpFlags,
    retrans: view.getUint32(rest + 4, true),
    ooo: view.getUint32(rest + 8, true),
    zeroWin: view.getUint32(rest + 12, true),
    toa: toaFamily === 0 ? null : { ip: ipAt(view, rest + 96, toaFamily), port: view.getUint16(rest + 30, true) },
  };
}

function decodeTunnel(view: DataView, row: number, client: number): FlowTunnel | null {
  const tier = view.getUint8(row + header + 83);
  if (tier === 0) return null;
  const tx = decodeTunnelEnds(view, row, client);
  const rx = decodeTunnelEnds(view, row, 1 - client);
  const some = client === 0 || tx === null ? row + tunnels : row + tunnels + tunnelSize;
  const family = view.getUint8(some + 52) || view.getUint8(row + tunnels + tunnelSize + 52);
  return { type: view.getUint8(row + header + 84), tier, isIpv6: family === 6, tx, rx };
}

function decodeTunnelEnds(view: DataView, row: number, side: number): TunnelEnds | null {
  if ((view.getUint8(row + header + 82) & (tunnelled << side)) === 0) return null;
  const at = row + tunnels + side * tunnelSize;
  const family = view.getUint8(at + 52);
  return {
    src: ipAt(view, at, family),
    dst: ipAt(view, at + 16, family),
    macSrc: macAt(view, at + 32),
    macDst: macAt(view, at + 40),
    id: view.getUint32(at + 48, true),
  };
}

function decodeDelay(view: DataView, at: number): DelayStat {
  return {
    sum: Number(view.getBigUint64(at, true)),
    count: view.getUint32(at + 8, true),
    max: view.getUint32(at + 12, true),
  };
}

/** DeepFlow's packing: low 4 bytes of the MAC, tunnel type from bit 32, NAT source from bit 36, origin from bit 60. */
export function tapPort(tapMac: number, tunnelType: number, natSource: number, origin: number): bigint {
  return (
    BigInt(tapMac % 0x1_0000_0000) | (BigInt(tunnelType) << 32n) | (BigInt(natSource) << 36n) | (BigInt(origin) << 60n)
  );
}

function micros(nanoseconds: bigint): number {
  return Number(nanoseconds / 1000n);
}
