import { WireReader } from '../../wire/wire-reader.js';
import type { GpidEntry } from '../model/gpid-table.js';

// By hand, as these messages are the longest ones that many agents send: by way of objects 10,000 entries hold the server
// up for a third of a second. Both packages have the same messages.

export interface GpidRequest {
  readonly agentId: number;
  readonly ctrlIp: string;
  readonly ctrlMac: string;
  /** What an entry does not say is what the entry before it says. */
  readonly compressed: boolean;
  readonly entries: readonly GpidEntry[];
}

type Draft = { -readonly [Key in keyof GpidEntry]: GpidEntry[Key] };

/** Of the enums, by their numbers. */
const protocols = ['ANY', 'TCP_SERVICE', 'UDP_SERVICE'] as const;
const roles = ['ROLE_NONE', 'ROLE_CLIENT', 'ROLE_SERVER'] as const;

/** What is a number in an entry, at the number of its field; the protocol has 1, the role 14. */
const byField = [
  ...[null, null],
  ...(['epcId1', 'ipv4_1', 'port1', 'pid1', 'epcId0', 'ipv4_0', 'port0', 'pid0'] as const),
  ...(['epcIdReal', 'ipv4Real', 'portReal', 'pidReal'] as const),
  ...[null, 'netnsIdx' as const],
];
const protocolField = 1;
const roleField = 14;
const numbers = byField.filter((key) => key !== null);

/** @param bytes a message that servers take @param maxEntries what is beyond is passed over */
export function readGpidRequest(bytes: Uint8Array, maxEntries: number): GpidRequest {
  const reader = new WireReader(bytes);
  const entryReader = new WireReader(bytes);
  let [agentId, ctrlIp, ctrlMac, compressed] = [0, '', '', false];
  const entries: Draft[] = [];
  while (reader.next()) {
    const { field } = reader;
    reader.skip();
    if (field === 1) ctrlIp = textOf(bytes, reader);
    else if (field === 2) ctrlMac = textOf(bytes, reader);
    else if (field === 3) agentId = reader.low;
    else if (field === 4) compressed = reader.low === 1;
    else if (field === 10 && entries.length < maxEntries) {
      entryReader.reset(reader.start, reader.stop);
      entries.push(readEntry(entryReader));
    }
  }
  if (compressed) fillIn(entries);
  return { agentId, ctrlIp, ctrlMac, compressed, entries };
}

function textOf(bytes: Uint8Array, { start, stop }: WireReader): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, stop - start).toString();
}

function readEntry(reader: WireReader): Draft {
  const entry: Draft = { ...nothing };
  while (reader.next()) {
    const { field } = reader;
    reader.skip();
    const key = byField[field] ?? null;
    if (key !== null) entry[key] = reader.low;
    else if (field === protocolField) entry.protocol = protocols[reader.low] ?? 'ANY';
    else if (field === roleField) entry.roleReal = roles[reader.low] ?? 'ROLE_NONE';
  }
  return entry;
}

/** Only numbers are left out; 0 stands for what the entry before says. */
function fillIn(entries: readonly Draft[]): void {
  let before: GpidEntry = nothing;
  for (const entry of entries) {
    for (const key of numbers) if (entry[key] === 0) entry[key] = before[key];
    before = entry;
  }
}

/** Fifteen fields of a tag of one byte and a number of up to five. */
const maxEntryBytes = 15 * 6;
const headBytes = 2;

/** A GPIDSyncResponse. As the real server, it says what is 0, too. */
export function encodeGpidResponse(entries: readonly GpidEntry[], compressed: boolean): Buffer {
  const bytes = Buffer.allocUnsafe(headBytes + entries.length * (headBytes + maxEntryBytes));
  let end = field(bytes, 0, 1, compressed ? 1 : 0);
  let before: GpidEntry = nothing;
  for (const entry of entries) {
    const start = end + headBytes;
    end = writeEntry(bytes, start, entry, compressed ? before : nothing);
    bytes[start - 2] = (2 << 3) | 2;
    bytes[start - 1] = end - start;
    before = entry;
  }
  return bytes.subarray(0, end);
}

/** @param before what is the same there is 0 @returns where it ends */
function writeEntry(bytes: Buffer, start: number, entry: GpidEntry, before: GpidEntry): number {
  let end = start;
  for (let number = 1; number < byField.length; number++) {
    const key = byField[number] ?? null;
    if (key !== null) end = field(bytes, end, number, entry[key] === before[key] ? 0 : entry[key]);
    else if (number === protocolField) end = field(bytes, end, number, indexOf(protocols, entry.protocol));
    else end = field(bytes, end, number, indexOf(roles, entry.roleReal));
  }
  return end;
}

function indexOf(names: readonly string[], name: string): number {
  return Math.max(0, names.indexOf(name));
}

function field(bytes: Buffer, at: number, number: number, value: number): number {
  bytes[at] = number << 3;
  let end = at + 1;
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes[end++] = (rest & 0x7f) | 0x80;
  bytes[end++] = rest;
  return end;
}

const nothing: GpidEntry = {
  protocol: 'ANY',
  epcId1: 0,
  ipv4_1: 0,
  port1: 0,
  pid1: 0,
  epcId0: 0,
  ipv4_0: 0,
  port0: 0,
  pid0: 0,
  epcIdReal: 0,
  ipv4Real: 0,
  portReal: 0,
  pidReal: 0,
  roleReal: 'ROLE_NONE',
  netnsIdx: 0,
};
