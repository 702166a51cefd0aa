import { tunnelName } from '../agent-config/tunnel-protocol.js';
import { formatMac } from '../platform/mac.js';
import type { PacketRow, PacketTunnel } from '../replay/core/index.js';
import { protocolName, tcp } from '../replay/protocol.js';
import { secondsText } from './packet-json.js';
import { addressText } from './replay-words.js';
import type { Style } from './style.js';

const widths = { index: 7, time: 16, length: 6, protocol: 8, ends: 45 } as const;

/** First line of the table. */
export function packetTableHead(style: Style): string {
  const { index, time, length, protocol, ends } = widths;
  const names = [
    'packet'.padStart(index),
    'seconds'.padStart(time),
    'length'.padStart(length),
    'protocol'.padEnd(protocol),
    'from > to'.padEnd(ends),
    'what',
  ];
  return `${style.dim(names.join('  '))}\n`;
}

/**
 * One packet a line, in columns of their own width, so that a long capture needs no memory.
 *
 * @param startTime nanoseconds that count as 0, usually the first packet's
 */
export function packetLine(row: PacketRow, startTime: bigint, style: Style): string {
  const cells = [
    String(row.index).padStart(widths.index),
    secondsText(row.time - startTime).padStart(widths.time),
    String(row.length).padStart(widths.length),
    (row.protocol === null ? '-' : protocolName(row.protocol)).padEnd(widths.protocol),
    endsOf(row).padEnd(widths.ends),
    [...details(row), ...(row.reason === null ? [] : [style.warn(`in no flow: ${row.reason}`)])].join('; '),
  ];
  return `${cells.join('  ').trimEnd()}\n`;
}

function endsOf({ src, dst, sport, dport, protocol, macSrc, macDst }: PacketRow): string {
  if (src === null || dst === null || protocol === null) return `${formatMac(macSrc)} > ${formatMac(macDst)}`;
  const [from, to] = [
    { ip: src, port: sport },
    { ip: dst, port: dport },
  ].map((end) => addressText(end, protocol));
  return `${from} > ${to}`;
}

function details(row: PacketRow): string[] {
  const { protocol, tcpFlags, seq, ack, payload, vlan, tunnel, hiddenTunnel, etherType } = row;
  return [
    ...(protocol === tcp ? [`${flagText(tcpFlags)} seq ${seq} ack ${ack}`] : []),
    ...(protocol === null ? [`EtherType 0x${etherType.toString(16).padStart(4, '0')}`] : []),
    ...(payload > 0 ? [`${payload} B`] : []),
    ...(vlan.length > 0 ? [`VLAN ${vlan.join(' ')}`] : []),
    ...(tunnel === null ? [] : [tunnelText(tunnel)]),
    ...(hiddenTunnel === 0 ? [] : [`${tunnelName(hiddenTunnel)} inside, not taken off`]),
  ];
}

function tunnelText({ type, tier, id, src, dst, offset }: PacketTunnel): string {
  const layers = tier > 1 ? `, ${tier} layers` : '';
  return `${tunnelName(type)} ${id} ${src} > ${dst}${layers}, inner frame at ${offset}`;
}

const flags = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'] as const;

function flagText(bits: number): string {
  const set = flags.filter((_, i) => (bits >> i) & 1);
  return set.length === 0 ? 'no flag' : set.join('+');
}
