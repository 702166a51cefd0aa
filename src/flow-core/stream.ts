// Packet streams, one per capturing NIC: the time of the last packet of each.

import { STREAM_COUNT, STREAMS } from './layout';

export const SECOND: u64 = 1000000000;

/** Where the last time of a NIC's stream stands: u64, ns. */
export function streamOf(nic: u64): usize {
  const stream = ((nic as u32) * 31 + ((nic >> 32) as u32)) & (STREAM_COUNT - 1);
  return STREAMS + ((stream as usize) << 3);
}
