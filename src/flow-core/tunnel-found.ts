// What looking for a tunnel came to.

import { PACKET } from './layout';

export const T_TYPE: usize = PACKET + 352; // u32, 0 none
export const T_ID: usize = PACKET + 356; // u32
export const T_AT: usize = PACKET + 360; // u32: inner frame or packet
export const T_INNER: usize = PACKET + 364; // u32: INNER_*, 0 none

export function noTunnel(): void {
  store<u64>(T_TYPE, 0);
  store<u64>(T_AT, 0);
}
