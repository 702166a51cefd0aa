// Settings, written by the host before the memory is laid out.

import { SERVER_PORTS, SETTINGS } from './layout';

export const S_MODE: u32 = 0; // MODE_*
export const S_CAPTURE_MODE: u32 = 1;
export const S_NIC_MAC: u32 = 2; // as rawMac gives it
export const S_TAP_MAC: u32 = 3; // the MAC mapped to the NIC
export const S_DECAP: u32 = 4; // bit per tunnel type
export const S_TRIM: u32 = 5;
export const S_FLOW_LIMIT: u32 = 6;
export const S_INTERVAL: u32 = 7; // INTERVAL_*
export const S_IGNORE_TUNNEL_TYPE: u32 = 8; // agents that leave the tunnel type out of a flow's identity
export const S_IGNORE_TOR_MAC: u32 = 9;
export const S_IGNORE_L2_END: u32 = 10;
export const S_NETWORK_TYPE: u32 = 11; // 3 cloud
export const S_IGNORE_IDC_VLAN: u32 = 12;
export const S_THREAD: u32 = 13;
export const S_LEARN_LIMIT: u32 = 14;
export const S_PACKET_DELAY: u32 = 15; // seconds, from 1 to 28
export const S_EXPRESS: u32 = 24; // whether packets may take the way of express.ts
export const S_INTERFACES: u32 = 25; // INTERFACES_*
/** Timeouts follow in ns, by TIMEOUT_*. */
export const S_TIMEOUTS: u32 = 16;

export const MODE_FLOWS: u64 = 0;
export const MODE_PACKETS: u64 = 1;
export const MODE_LEARN: u64 = 2;

export const INTERVAL_TOTAL: u64 = 0;
export const INTERVAL_SECOND: u64 = 1;
export const INTERVAL_MINUTE: u64 = 2;

export const INTERFACES_ALL: u64 = 0;
/** Those whose names were given; any other number: all but those. */
export const INTERFACES_NAMED: u64 = 1;

export const CLOUD: u64 = 3;

export const TIMEOUT_ESTABLISHED: u32 = 0;
export const TIMEOUT_OPENING: u32 = 1;
export const TIMEOUT_CLOSING: u32 = 2;
export const TIMEOUT_EXCEPTION: u32 = 3;
export const TIMEOUT_SINGLE_DIRECTION: u32 = 4;
export const TIMEOUT_ESTABLISHED_RST: u32 = 5;
export const TIMEOUT_OPENING_RST: u32 = 6;
export const TIMEOUT_CLOSED_FIN: u32 = 7;

export function setting(key: u32): u64 {
  return load<u64>(SETTINGS + ((key as usize) << 3));
}

export function setSetting(key: u32, value: u64): void {
  store<u64>(SETTINGS + ((key as usize) << 3), value);
}

export function timeoutOf(kind: u32): u64 {
  return load<u64>(SETTINGS + (((S_TIMEOUTS + kind) as usize) << 3));
}

/** `port` in the byte order of the wire. */
export function isServerPort(port: u32): bool {
  return ((load<u8>(SERVER_PORTS + ((port >> 3) as usize)) as u32) & (1 << (port & 7))) !== 0;
}

export function setServerPort(port: u32): void {
  const at = SERVER_PORTS + ((port >> 3) as usize);
  store<u8>(at, (load<u8>(at) as u32) | (1 << (port & 7)));
}
