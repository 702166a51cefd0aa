import { formatMac } from '../platform/mac.js';
import type { PacketRow, PacketTunnel } from '../replay/core/index.js';

/**
 * One packet as `plumbline packets --format json` has it, as text without a line end. `ts` is a number of seconds with
 * nine decimals, which no double holds: it is written, not computed. `reason` says why the packet is in no flow.
 */
export function packetJson(row: PacketRow): string {
  const { index, length, vlan, tunnel, src, dst, protocol, sport, dport, tcpFlags, seq, ack, payload, reason } = row;
  const rest = {
    length,
    vlan,
    tunnel: tunnel === null ? null : tunnelJson(tunnel),
    macSrc: formatMac(row.macSrc),
    macDst: formatMac(row.macDst),
    src,
    dst,
    protocol,
    sport,
    dport,
    tcpFlags,
    seq,
    ack,
    payload,
    reason,
  };
  return `{"index":${index},"ts":${secondsText(row.time)},${JSON.stringify(rest).slice(1)}`;
}

function tunnelJson({ type, tier, id, src, dst, macSrc, macDst, offset }: PacketTunnel): object {
  return { type, tier, id, src, dst, macSrc: formatMac(macSrc), macDst: formatMac(macDst), offset };
}

/** Nanoseconds as seconds, all nine decimals. */
export function secondsText(nanoseconds: bigint): string {
  const sign = nanoseconds < 0n ? '-' : '';
  const digits = String(nanoseconds < 0n ? -nanoseconds : nanoseconds).padStart(10, '0');
  return `${sign}${digits.slice(0, -9)}.${digits.slice(-9)}`;
}
