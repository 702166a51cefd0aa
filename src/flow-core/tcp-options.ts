// The TCP option that a load balancer adds to tell the client's real address (TOA): kind 254 or 200.

import { be16 } from './bytes';
import { P_TOA_ADDRESS, P_TOA_FAMILY, P_TOA_PORT } from './packet';

const END: u32 = 0;
const NO_OPERATION: u32 = 1;
/** Two no-operations and a time stamp of ten bytes: what nearly every segment carries. */
const TIME_STAMP_ONLY: u32 = 0x0a080101;
/** Kind, length, port and address. */
const TOA_4: u32 = 8;
const TOA_6: u32 = 20;

function readToa(at: usize, length: u32): void {
  if (length !== TOA_4 && length !== TOA_6) return;
  store<u32>(P_TOA_FAMILY, length === TOA_4 ? 4 : 6);
  store<u32>(P_TOA_PORT, be16(at + 2));
  store<u64>(P_TOA_ADDRESS, length === TOA_4 ? (load<u32>(at, 4) as u64) : load<u64>(at, 4));
  store<u64>(P_TOA_ADDRESS, length === TOA_4 ? 0 : load<u64>(at, 12), 8);
}

export function readTcpOptions(from: usize, end: usize): void {
  if (end - from === 12 && load<u32>(from) === TIME_STAMP_ONLY) return;
  let at = from;
  while (at < end) {
    const kind = load<u8>(at) as u32;
    if (kind === END) return;
    if (kind === NO_OPERATION) {
      at++;
      continue;
    }
    if (at + 2 > end) return;
    const length = load<u8>(at, 1) as u32;
    if (length < 2 || at + (length as usize) > end) return;
    if (kind === 254 || kind === 200) readToa(at, length);
    at += length as usize;
  }
}
