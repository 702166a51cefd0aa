import {
  type DelayStat,
  type FlowPeer,
  type FlowRecord,
  type FlowTunnel,
  flowStates,
  type TunnelEnds,
} from '../flow-record.js';
import { ipAt, macAt } from './wire-words.js';

// Offsets of src/flow-core/flow-node.ts within a record: 16 bytes of header, the hot part of the node, the cold part
// that both sides share, and the reported cold part of each side.
const hot = 16;
const sides = hot + 64;
const sideSize = 64;
const delays = hot + 192;
const delaysSize = 32;
const rare = hot + 256;
const addresses = rare + 224;
const tunnels = rare + 112;
const tunnelSize = 56;
const cold = rare + 320;
const coldSize = 96;

const reversed = 1;
const handshake = 2;
const inferred = 16;
const lastFromSide1 = 32;
const tunnelled = 64;
/** The tap port of a NIC is its MAC; the other origins belong to signals that no capture holds. */
const localMacOrigin = 0;

/** A record from a row of the core's output. */
export function decodeRecord(view: DataView, row: number): FlowRecord {
  const u8 = (at: number) => view.getUint8(row + at);
  const u32 = (at: number) => view.getUint32(row + at, true);
  const u64 = (at: number) => view.getBigUint64(row + at, true);
  const flags = u8(hot + 58);
  const client = flags & reversed;
  const server = 1 - client;
  const lastSide = sides + ((flags & lastFromSide1) === 0 ? 0 : sideSize);
  const startTime = micros(u64(rare + 272));
  const endTime = micros(u64(lastSide + 32));
  const tapMac = macAt(view, row + rare + 256);
  const natSource = u8(rare + 102);
  const tunnelType = u8(hot + 59) > 0 ? u8(hot + 60) : 0;
  const hiddenPackets = u32(rare + 92);
  const family = u8(hot + 13) === 6 ? 6 : 4;
  const clientCold = row + cold + client * coldSize;
  const serverCold = row + cold + server * coldSize;
  return {
    kind: u32(0) === 1 ? 'end' : 'interval',
    flowId: u64(rare),
    startTime,
    endTime,
    intervalStart: Number(u64(rare + 16)) * 1_000_000,
    duration: endTime - startTime,
    client: decodePeer(view, row, client, family),
    server: decodePeer(view, row, server, family),
    family,
    etherType: family === 6 ? 0x86dd : 0x0800,
    protocol: u8(hot + 12),
    vlan: view.getUint16(row + hot + 62, true),
    tapMac,
    tapOrigin: localMacOrigin,
    natSource,
    tapPort: tapPort(tapMac, tunnelType, natSource, localMacOrigin),
    tunnel: decodeTunnel(view, row, client),
    endChanges: u32(rare + 104),
    inferred: (flags & inferred) !== 0,
    interfaceId: u32(rare + 264),
    ifindex: u32(rare + 268),
    synCount: u32(rare + 48),
    synAckCount: u32(rare + 52),
    finCount: u32(rare + 56),
    retransSyn: u32(rare + 60),
    retransSynAck: u32(rare + 64),
    rtt: u8(rare + 100) === 0 ? null : u32(rare + 96),
    rttClient: decodeDelay(view, clientCold + 32),
    rttServer: decodeDelay(view, serverCold + 32),
    srt: decodeDelay(view, serverCold + 48),
    art: decodeDelay(view, row + delays + server * delaysSize),
    cit: decodeDelay(view, row + delays + client * delaysSize + 16),
    synSeq: u32(rare + 40),
    synAckSeq: u32(rare + 44),
    lastKeepaliveSeq: u32(rare + 68),
    lastKeepaliveAck: u32(rare + 72),
    initIpid: view.getUint16(row + rare + 76, true),
    closeType: u8(rare + 103),
    state: flowStates[u8(hot + 57)] ?? 'Raw',
    cutByEnd: u8(rare + 101) !== 0,
    direction: {
      isReversed: client === 1,
      score: u8(sides + server * sideSize + 6),
      clientScore: u8(sides + client * sideSize + 6),
      byHandshake: (flags & handshake) !== 0,
      reversals: u32(rare + 108),
    },
    snaplenCut: u32(rare + 80),
    duplicates: u32(rare + 84),
    hiddenTunnel: hiddenPackets > 0 ? { type: u8(rare + 88), packets: hiddenPackets } : null,
    firstPacket: Number(u64(rare + 8)),
    lastPacket: u32(lastSide + 52),
  };
}

function decodePeer(view: DataView, row: number, side: number, family: number): FlowPeer {
  const own = row + sides + side * sideSize;
  const rest = row + cold + side * coldSize;
  const ends = view.getUint8(row + hot + 56);
  const packets = view.getUint32(own, true);
  const bytes = Number(view.getBigUint64(own + 8, true));
  const tcpFlags = view.getUint8(own + 4);
  const toaFamily = view.getUint8(rest + 29);
  return {
    ip: ipAt(view, row + addresses + side * 16, family),
    port: view.getUint16(row + hot + 8 + side * 2),
    mac: macAt(view, row + hot + 40 + side * 8),
    l2End: (ends & (1 << side)) !== 0,
    l3End: (ends & (4 << side)) !== 0,
    packets,
    bytes,
    l3Bytes: Number(view.getBigUint64(own + 16, true)),
    l4Bytes: Number(view.getBigUint64(own + 24, true)),
    totalPackets: view.getUint32(rest, true) + packets,
    totalBytes: Number(view.getBigUint64(rest + 16, true)) + bytes,
    tcpFlags,
    totalTcpFlags: view.getUint8(rest + 28) | tcpFlags,
    retrans: view.getUint32(rest + 4, true),
    ooo: view.getUint32(rest + 8, true),
    zeroWin: view.getUint32(rest + 12, true),
    toa: toaFamily === 0 ? null : { ip: ipAt(view, rest + 64, toaFamily), port: view.getUint16(rest + 30, true) },
  };
}

function decodeTunnel(view: DataView, row: number, client: number): FlowTunnel | null {
  const tier = view.getUint8(row + hot + 59);
  if (tier === 0) return null;
  const tx = decodeTunnelEnds(view, row, client);
  const rx = decodeTunnelEnds(view, row, 1 - client);
  const isIpv6 = (tx ?? rx)?.src.includes(':') ?? false;
  return { type: view.getUint8(row + hot + 60), tier, isIpv6, tx, rx };
}

function decodeTunnelEnds(view: DataView, row: number, side: number): TunnelEnds | null {
  if ((view.getUint8(row + hot + 58) & (tunnelled << side)) === 0) return null;
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
