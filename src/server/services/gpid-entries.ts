import type { MessageInput } from '../../wire/message-types.js';
import type { GpidEntry } from '../model/gpid-table.js';

/** For messages that hold few entries, or are asked for by people. */
export function writeGpidEntries(entries: readonly GpidEntry[]): MessageInput<'agent.GPIDSyncEntry'>[] {
  return entries.map((entry) => ({
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
  }));
}

function protocolOf(name: string) {
  return name === 'TCP_SERVICE' || name === 'UDP_SERVICE' ? name : 'ANY';
}

function roleOf(name: string) {
  return name === 'ROLE_CLIENT' || name === 'ROLE_SERVER' ? name : 'ROLE_NONE';
}
