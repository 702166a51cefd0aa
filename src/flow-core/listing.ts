// Rows of the packet listing: one per packet of the capture, after decapsulation.

import { copy16 } from './bytes';
import { C_RECORDS, count } from './counters';
import { newRow } from './output';
import {
  P_ACK,
  P_CAPTURED,
  P_DST,
  P_ETHER_TYPE,
  P_FAMILY,
  P_FLAGS,
  P_HIDDEN,
  P_INDEX,
  P_INNER_FRAME,
  P_L4_PAYLOAD,
  P_LENGTH,
  P_LINK,
  P_MAC_DST,
  P_MAC_SRC,
  P_NIC,
  P_PORTS,
  P_PROTOCOL,
  P_SEQ,
  P_SRC,
  P_TIER,
  P_TIME,
  P_TRIMMED,
  P_TUNNEL_DST,
  P_TUNNEL_FAMILY,
  P_TUNNEL_ID,
  P_TUNNEL_L3,
  P_TUNNEL_MAC_DST,
  P_TUNNEL_MAC_SRC,
  P_TUNNEL_SRC,
  P_TUNNEL_TYPE,
  P_VLAN_COUNT,
  P_VLANS,
  P_WIRE,
} from './packet';

const KIND: u32 = 3;

/** The offsets are those of src/replay/core/packet-row.ts. */
export function writePacketRow(reason: u32): void {
  const row = newRow();
  memory.fill(row, 0, 256);
  store<u32>(row, KIND);
  store<u32>(row, reason, 4);
  store<u64>(row, load<u64>(P_INDEX), 8);
  store<u64>(row, load<u64>(P_TIME), 16);
  store<u64>(row, load<u64>(P_NIC), 24);
  store<u32>(row, load<u32>(P_CAPTURED), 32);
  store<u32>(row, load<u32>(P_WIRE), 36);
  count(C_RECORDS);
  // Nothing was read of a packet that the reader refused.
  if (load<u32>(P_CAPTURED) === 0) return;
  store<u32>(row, load<u32>(P_LINK), 40);
  store<u32>(row, load<u32>(P_VLAN_COUNT), 44);
  copy16(row + 48, P_VLANS);
  store<u64>(row, load<u64>(P_MAC_SRC), 64);
  store<u64>(row, load<u64>(P_MAC_DST), 72);
  store<u32>(row, load<u32>(P_ETHER_TYPE), 80);
  store<u32>(row, load<u32>(P_HIDDEN), 84);
  store<u32>(row, load<u32>(P_TRIMMED), 88);
  const tier = load<u32>(P_TIER);
  store<u32>(row, tier, 92);
  if (tier !== 0) {
    store<u32>(row, load<u32>(P_TUNNEL_TYPE), 96);
    store<u32>(row, load<u32>(P_TUNNEL_ID), 100);
    store<u32>(row, load<u32>(P_TUNNEL_FAMILY), 104);
    store<i32>(row, load<u32>(P_INNER_FRAME) - load<u32>(P_TUNNEL_L3), 108);
    copy16(row + 112, P_TUNNEL_SRC);
    copy16(row + 128, P_TUNNEL_DST);
    store<u64>(row, load<u64>(P_TUNNEL_MAC_SRC), 144);
    store<u64>(row, load<u64>(P_TUNNEL_MAC_DST), 152);
  }
  const family = load<u32>(P_FAMILY);
  if (reason !== 0 || family === 0) return;
  store<u32>(row, family, 160);
  store<u32>(row, load<u32>(P_PROTOCOL), 164);
  copy16(row + 168, P_SRC);
  copy16(row + 184, P_DST);
  store<u32>(row, load<u32>(P_PORTS), 200);
  store<u32>(row, load<u32>(P_LENGTH), 204);
  store<u32>(row, load<u32>(P_FLAGS), 208);
  store<u32>(row, load<u32>(P_SEQ), 212);
  store<u32>(row, load<u32>(P_ACK), 216);
  store<u32>(row, load<u32>(P_L4_PAYLOAD), 220);
}
