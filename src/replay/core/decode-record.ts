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
const sideSize = 32;
const measures = hot + 128;
const measuresSize = 64;
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
  const flags = u8(hot + 58);
  const client = flags & reversed;
  const server = 1 - client;
  const lastSide = (flags & lastFromSide1) === 0 ? 0 : 1;
  const startTime = microsAt(view, row + rare + 272);
  const endTime = microsAt(view, row + sides + lastSide * sideSize);
  const tapMac = macAt(view, row + rare + 256);
  const hiddenPackets = u32(rare + 92);
  const family = u8(hot + 13) === 6 ? 6 : 4;
  const clientCold = row + cold + client * coldSize;
  const serverCold = row + cold + server * coldSize;
  return {
    kind: u32(0) === 1 ? 'end' : 'interval',
    flowId: view.getBigUint64(row + rare, true),
    startTime,
    endTime,
    intervalStart: u53(view, row + rare + 16) * 1_000_000,
    duration: endTime - startTime,
    client: decodePeer(view, row, client, family),
    server: decodePeer(view, row, server, family),
    family,
    etherType: family === 6 ? 0x86dd : 0x0800,
    protocol: u8(hot + 12),
    vlan: view.getUint16(row + hot + 62, true),
    tapMac,
    tapOrigin: localMacOrigin,
    natSource: u8(rare + 102),
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
    art: decodeDelay(view, row + measures + server * measuresSize + 32),
    cit: decodeDelay(view, row + measures + client * measuresSize + 48),
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
      score: u8(sides + server * sideSize + 30),
      clientScore: u8(sides + client * sideSize + 30),
      byHandshake: (flags & handshake) !== 0,
      reversals: u32(rare + 108),
    },
    snaplenCut: u32(rare + 80),
    duplicates: u32(rare + 84),
    hiddenTunnel: hiddenPackets > 0 ? { type: u8(rare + 88), packets: hiddenPackets } : null,
    firstPacket: u53(view, row + rare + 8),
    lastPacket: u32(measures + lastSide * measuresSize + 28),
  };
}

function decodePeer(view: DataView, row: number, side: number, family: number): FlowPeer {
  const own = row + measures + side * measuresSize;
  const rest = row + cold + side * coldSize;
  const ends = view.getUint8(row + hot + 56);
  const packets = view.getUint32(own + 24, true);
  const bytes = u53(view, own);
  const tcpFlags = view.getUint8(row + sides + side * sideSize + 28);
  const toaFamily = view.getUint8(rest + 29);
  return {
    ip: ipAt(view, row + addresses + side * 16, family),
    port: view.getUint16(row + hot + 8 + side * 2),
    mac: macAt(view, row + hot + 40 + side * 8),
    l2End: (ends & (1 << side)) !== 0,
    l3End: (ends & (4 << side)) !== 0,
    packets,
    bytes,
    l3Bytes: u53(view, own + 8),
    l4Bytes: u53(view, own + 16),
    totalPackets: view.getUint32(rest, true) + packets,
    totalBytes: u53(view, rest + 16) + bytes,
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
    sum: u53(view, at),
    count: view.getUint32(at + 8, true),
    max: view.getUint32(at + 12, true),
  };
}

// Big integers are slow to make, and a large capture has many records.

/** A 64-bit counter, which stays below 2^53. */
function u53(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 0x1_0000_0000 + view.getUint32(at, true);
}

/** Whole microseconds of a 64-bit time in nanoseconds: divided in two steps, each of which a double holds exactly. */
function microsAt(view: DataView, at: number): number {
  const high = view.getUint32(at + 4, true);
  const low = view.getUint32(at, true);
  return Math.floor(high / 1000) * 0x1_0000_0000 + Math.floor(((high % 1000) * 0x1_0000_0000 + low) / 1000);
}
