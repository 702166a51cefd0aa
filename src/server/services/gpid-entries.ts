import type { MessageInput, MessageOutput } from '../../wire/message-types.js';
import type { GpidEntry } from '../model/gpid-table.js';

type WireEntry = MessageOutput<'agent.GPIDSyncEntry' | 'trident.GPIDSyncEntry'>;

/** What a message with algorithm 1 does not say is what the entry before it says. */
export const ignoreIfEqual = 'COMPRESS_ALGO_IGNORE_IF_EQUAL_TO_PREVIOUS';

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

export function readGpidEntries(entries: readonly WireEntry[], compressed: boolean): readonly GpidEntry[] {
  const read: GpidEntry[] = [];
  let before = nothing;
  for (const wire of entries) {
    const entry = readEntry(wire);
    before = compressed ? filled(entry, before) : entry;
    read.push(before);
  }
  return read;
}

export function writeGpidEntries(
  entries: readonly GpidEntry[],
  compressed: boolean,
): MessageInput<'agent.GPIDSyncEntry'>[] {
  return entries.map((entry, index) => {
    const before = entries[index - 1];
    return writeEntry(compressed && before !== undefined ? emptied(entry, before) : entry);
  });
}

const numbers = [
  'epcId1',
  'ipv4_1',
  'port1',
  'pid1',
  'epcId0',
  'ipv4_0',
  'port0',
  'pid0',
  'epcIdReal',
  'ipv4Real',
  'portReal',
  'pidReal',
  'netnsIdx',
] as const;

/** Only numbers are left out; 0 stands for what the entry before says. */
function filled(entry: GpidEntry, before: GpidEntry): GpidEntry {
  const same = numbers.filter((key) => entry[key] === 0).map((key) => [key, before[key]]);
  return { ...entry, ...Object.fromEntries(same) };
}

function emptied(entry: GpidEntry, before: GpidEntry): GpidEntry {
  const same = numbers.filter((key) => entry[key] === before[key]).map((key) => [key, 0]);
  return { ...entry, ...Object.fromEntries(same) };
}

function readEntry(wire: WireEntry): GpidEntry {
  return {
    protocol: wire.protocol ?? 'ANY',
    epcId1: wire.epc_id_1 ?? 0,
    ipv4_1: wire.ipv4_1 ?? 0,
    port1: wire.port_1 ?? 0,
    pid1: wire.pid_1 ?? 0,
    epcId0: wire.epc_id_0 ?? 0,
    ipv4_0: wire.ipv4_0 ?? 0,
    port0: wire.port_0 ?? 0,
    pid0: wire.pid_0 ?? 0,
    epcIdReal: wire.epc_id_real ?? 0,
    ipv4Real: wire.ipv4_real ?? 0,
    portReal: wire.port_real ?? 0,
    pidReal: wire.pid_real ?? 0,
    roleReal: wire.role_real ?? 'ROLE_NONE',
    netnsIdx: wire.netns_idx ?? 0,
  };
}

function writeEntry(entry: GpidEntry): MessageInput<'agent.GPIDSyncEntry'> {
  return {
    protocol: protocolOf(entry.protocol),
    epc_id_1: entry.epcId1,
    ipv4_1: entry.ipv4_1,
    port_1: entry.port1,
    pid_1: entry.pid1,
    epc_id_0: entry.epcId0,
    ipv4_0: entry.ipv4_0,
    port_0: entry.port0,
    pid_0: entry.pid0,
    epc_id_real: entry.epcIdReal,
    ipv4_real: entry.ipv4Real,
    port_real: entry.portReal,
    pid_real: entry.pidReal,
    role_real: roleOf(entry.roleReal),
    netns_idx: entry.netnsIdx,
  };
}

function protocolOf(name: string) {
  return name === 'TCP_SERVICE' || name === 'UDP_SERVICE' ? name : 'ANY';
}

function roleOf(name: string) {
  return name === 'ROLE_CLIENT' || name === 'ROLE_SERVER' ? name : 'ROLE_NONE';
}
