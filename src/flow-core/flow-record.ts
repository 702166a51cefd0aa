// Writing a flow's record, and starting its next interval.

import { CLOSE_FORCED_REPORT, closeTypeOf } from './close-type';
import { C_RECORDS, count } from './counters';
import {
  COLD,
  COLD_SIZE,
  coldOf,
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
  M_ART,
  M_BYTES,
  M_L3_BYTES,
  M_L4_BYTES,
  M_PACKETS,
  MEASURES_SIZE,
  measuresOf,
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
  const measures = measuresOf(node, side);
  const cold = coldOf(node, side);
  store<u32>(cold, load<u32>(cold, K_TOTAL_PACKETS) + load<u32>(measures, M_PACKETS), K_TOTAL_PACKETS);
  store<u64>(cold, load<u64>(cold, K_TOTAL_BYTES) + load<u64>(measures, M_BYTES), K_TOTAL_BYTES);
  store<u8>(cold, load<u8>(cold, K_TOTAL_FLAGS) | load<u8>(hot, H_TCP_FLAGS), K_TOTAL_FLAGS);
  store<u8>(hot, 0, H_TCP_FLAGS);
  store<u32>(measures, 0, M_PACKETS);
  store<u64>(measures, 0, M_BYTES);
  store<u64>(measures, 0, M_L3_BYTES);
  store<u64>(measures, 0, M_L4_BYTES);
  memory.fill(measures + M_ART, 0, MEASURES_SIZE - M_ART);
  store<u32>(cold, 0, K_RETRANS);
  store<u32>(cold, 0, K_OOO);
  store<u32>(cold, 0, K_ZERO_WINDOW);
  memory.fill(cold + K_RTT, 0, K_TOA_ADDRESS - K_RTT);
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
