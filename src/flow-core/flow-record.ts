// Writing a flow's record, and starting its next interval.

import { CLOSE_FORCED_REPORT, closeTypeOf } from './close-type';
import { C_RECORDS, count } from './counters';
import {
  COLD,
  COLD_SIZE,
  coldOf,
  DELAYS_SIZE,
  delaysOf,
  H_BYTES,
  H_L3_BYTES,
  H_L4_BYTES,
  H_PACKETS,
  H_TCP_FLAGS,
  hotOf,
  K_OOO,
  K_REPORTED,
  K_RETRANS,
  K_RTT,
  K_TOA_ADDRESS,
  K_TOTAL_BYTES,
  K_TOTAL_FLAGS,
  K_TOTAL_PACKETS,
  K_ZERO_WINDOW,
  N_CLOSE_TYPE,
  N_FIN_COUNT,
  N_RETRANS_SYN,
  N_RETRANS_SYN_ACK,
  N_RTT_KNOWN,
  N_SYN_ACK_COUNT,
  N_SYN_COUNT,
  NODE_SIZE,
  rareOf,
} from './flow-node';
import { newRow } from './output';

const HEADER: usize = 16;

/** A record: kind (1 end, 2 interval), close type, then the node's common part and the cold parts of both sides. */
function writeRecord(node: usize, kind: u32, closeType: u32): void {
  const row = newRow();
  store<u8>(rareOf(node), closeType as u8, N_CLOSE_TYPE);
  store<u32>(row, kind);
  const rare = rareOf(node);
  memory.copy(row + HEADER, node, NODE_SIZE);
  memory.copy(row + HEADER + NODE_SIZE, rare, COLD + K_REPORTED);
  memory.copy(row + HEADER + NODE_SIZE + COLD + K_REPORTED, rare + COLD + COLD_SIZE, K_REPORTED);
  count(C_RECORDS);
}

export function writeEnd(node: usize): void {
  writeRecord(node, 1, closeTypeOf(node));
}

function startSide(node: usize, side: u32): void {
  const hot = hotOf(node, side);
  const cold = coldOf(node, side);
  store<u32>(cold, load<u32>(cold, K_TOTAL_PACKETS) + load<u32>(hot, H_PACKETS), K_TOTAL_PACKETS);
  store<u64>(cold, load<u64>(cold, K_TOTAL_BYTES) + load<u64>(hot, H_BYTES), K_TOTAL_BYTES);
  store<u8>(cold, load<u8>(cold, K_TOTAL_FLAGS) | load<u8>(hot, H_TCP_FLAGS), K_TOTAL_FLAGS);
  store<u32>(hot, 0, H_PACKETS);
  store<u8>(hot, 0, H_TCP_FLAGS);
  store<u64>(hot, 0, H_BYTES);
  store<u64>(hot, 0, H_L3_BYTES);
  store<u64>(hot, 0, H_L4_BYTES);
  store<u32>(cold, 0, K_RETRANS);
  store<u32>(cold, 0, K_OOO);
  store<u32>(cold, 0, K_ZERO_WINDOW);
  memory.fill(cold + K_RTT, 0, K_TOA_ADDRESS - K_RTT);
  memory.fill(delaysOf(node, side), 0, DELAYS_SIZE);
}

export function writeInterval(node: usize): void {
  writeRecord(node, 2, CLOSE_FORCED_REPORT);
  startSide(node, 0);
  startSide(node, 1);
  store<u32>(rareOf(node), 0, N_SYN_COUNT);
  store<u32>(rareOf(node), 0, N_SYN_ACK_COUNT);
  store<u32>(rareOf(node), 0, N_FIN_COUNT);
  store<u32>(rareOf(node), 0, N_RETRANS_SYN);
  store<u32>(rareOf(node), 0, N_RETRANS_SYN_ACK);
  store<u8>(rareOf(node), 0, N_RTT_KNOWN);
}
