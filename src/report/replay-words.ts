import { parseDocument, stringify } from 'yaml';
import { tunnelProtocols } from '../agent-config/tunnel-protocol.js';
import type { Evidence } from '../replay/advice/advice.js';
import { isIcmp, protocolName } from '../replay/protocol.js';
import type { ReportedConversation, ReportedEnd, ReportedPoint } from '../replay/replay-report.js';
import type { Segment } from '../replay/segments.js';
import { count, durationText, grouped } from './quantities.js';

/** `default/p1a 10.244.1.10:49082`, `node n1 10.10.0.1:22`, or the address alone. */
export function endText(end: ReportedEnd, protocol: number): string {
  const owner = ownerText(end);
  return `${owner === '' ? '' : `${owner} `}${addressText(end, protocol)}`;
}

export function ownerText({ pod, namespace, node }: ReportedEnd): string {
  if (pod !== '') return namespace === '' ? pod : `${namespace}/${pod}`;
  return node === '' ? '' : `node ${node}`;
}

export function addressText({ ip, port }: { readonly ip: string; readonly port: number }, protocol: number): string {
  if (isIcmp(protocol) || port === 0) return ip;
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

/** `tcp default/p1a 10.244.1.10:49082 -> default/p2a 10.244.2.10:8080`. */
export function conversationText({ protocol, client, server }: ReportedConversation): string {
  return `${protocolName(protocol)} ${endText(client, protocol)} -> ${endText(server, protocol)}`;
}

/** Other addresses of the ends on the way, and what joined them; empty where there are none. */
export function translationTexts({ protocol, clientSeenAs, serverSeenAs, joinedBy }: ReportedConversation): string[] {
  const list = (role: string, seen: ReportedConversation['clientSeenAs']): string[] =>
    seen.length === 0
      ? []
      : [`${role} also seen as ${seen.map((address) => addressText(address, protocol)).join(', ')}`];
  return [
    ...list('client', clientSeenAs),
    ...list('server', serverSeenAs),
    ...(joinedBy === 'sequence-numbers' ? ['joined by TCP sequence numbers: addresses are translated on the way'] : []),
  ];
}

/** What is to be said of a point beside its counters. */
export function pointNotes(point: ReportedPoint): string[] {
  const { direction, source, sharedWith, tunnel, retransTx, retransRx, zeroWin, inferred } = point;
  const notes: string[] = [];
  if (source === 'packet' && direction !== 'both') {
    notes.push(direction === 'tx-only' ? 'client to server only' : 'server to client only');
  }
  if (sharedWith.length > 0) notes.push(`the same packets as ${sharedWith.join(', ')}`);
  if (tunnel !== null) {
    const name = tunnelProtocols.find(({ number }) => number === tunnel.type)?.label ?? `tunnel ${tunnel.type}`;
    notes.push(`${name} ${tunnel.id} ${tunnel.src} > ${tunnel.dst}${tunnel.tier > 1 ? `, ${tunnel.tier} layers` : ''}`);
  }
  if (retransTx + retransRx > 0) notes.push(count(retransTx + retransRx, 'retransmission'));
  if (zeroWin > 0) notes.push(count(zeroWin, 'zero window'));
  if (inferred) notes.push('inferred: the capture has no MACs');
  return notes;
}

/** `0 lost, 1.08 ms`; "" where nothing is known. */
export function segmentText({ lost, latency, latencyBy }: Segment): string {
  return [
    ...(lost === null ? [] : [`${grouped(lost)} lost`]),
    ...(latency === null ? [] : [`${latencyBy === 'rtt' ? '~' : ''}${durationText(latency)}`]),
  ].join(', ');
}

/** Lines of YAML for a group's configuration, or null where the advice is a sentence (`KEY: an expression that ...`). */
export function settingLines(setting: string): readonly string[] | null {
  const parts = setting.split('; ').map((part) => /^([\w.-]+): (?!an? )(.+)$/s.exec(part));
  const lines = parts.map((part) => (part === null ? null : yamlLine(part[1] ?? '', part[2] ?? '')));
  return lines.every((line) => line !== null) ? lines : null;
}

/** As it stands where YAML reads it so, else quoted. */
function yamlLine(key: string, value: string): string {
  const document = parseDocument(`${key}: ${value}`);
  const read: unknown = document.errors.length > 0 ? undefined : document.get(key);
  const plain = typeof read === 'string' ? read === value : read !== undefined && read !== null;
  return plain ? `${key}: ${value}` : stringify({ [key]: value }, { lineWidth: 0 }).trimEnd();
}

/** `n1 eth0, n1-eth0.pcap, packets 0 to 16: frames carry ...`. */
export function evidenceText({ node, nic, file, flow, firstPacket, lastPacket, detail }: Evidence): string {
  const packets = firstPacket === null || lastPacket === null ? [] : [`packets ${firstPacket} to ${lastPacket}`];
  const place = [`${node} ${nic}`.trim(), file, ...packets].filter((part) => part !== '').join(', ');
  return `${place}: ${flow === '' ? '' : `${flow}; `}${detail}`;
}
