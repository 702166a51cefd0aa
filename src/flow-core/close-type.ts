// How a flow ended, by the state it ended in: DeepFlow's close types.

import {
  clientOf,
  coldOf,
  H_TCP_FLAGS,
  hotOf,
  K_TOTAL_FLAGS,
  K_TOTAL_PACKETS,
  M_PACKETS,
  measuresOf,
  N_PROTOCOL,
  N_STATE,
} from './flow-node';
import { PROTOCOL_TCP } from './packet';
import { ACK, PSH, RST, SYN } from './tcp-flags';
import {
  STATE_CLIENT_PORT_REUSE,
  STATE_CLOSED,
  STATE_CLOSING_RX_1,
  STATE_CLOSING_RX_2,
  STATE_CLOSING_TX_1,
  STATE_CLOSING_TX_2,
  STATE_ESTABLISH_RESET,
  STATE_ESTABLISHED,
  STATE_OPENING_1,
  STATE_OPENING_2,
  STATE_OPENING_RST,
  STATE_RESET,
  STATE_SERVER_QUEUE_LACK,
  STATE_SERVER_RESET,
  STATE_SYN_1,
  STATE_SYN_ACK_1,
} from './tcp-state';

export const CLOSE_FORCED_REPORT: u32 = 5;

const UNKNOWN: u32 = 0;
const NORMAL: u32 = 1;
const SERVER_RST: u32 = 2;
const TIMEOUT: u32 = 3;
const SERVER_SYN_MISS: u32 = 7;
const SERVER_HALF_CLOSE: u32 = 8;
const CLIENT_RST: u32 = 9;
const CLIENT_ACK_MISS: u32 = 10;
const CLIENT_HALF_CLOSE: u32 = 11;
const CLIENT_PORT_REUSE: u32 = 13;
const SERVER_DIRECT_RST: u32 = 15;
const SERVER_QUEUE_OVERFLOW: u32 = 17;
const CLIENT_OTHER_RST: u32 = 18;
const SERVER_OTHER_RST: u32 = 19;
const NORMAL_CLIENT_RST: u32 = 20;

function flagsOf(node: usize, side: u32): u32 {
  return (load<u8>(hotOf(node, side), H_TCP_FLAGS) | load<u8>(coldOf(node, side), K_TOTAL_FLAGS)) as u32;
}

/** A connection that a load balancer opened to see whether it opens, and reset. */
function isHeartbeat(client: u32, server: u32): bool {
  if (((client | server) & PSH) !== 0) return false;
  return (client & (SYN | RST)) === (SYN | RST) && (server & (SYN | ACK)) === (SYN | ACK);
}

export function closeTypeOf(node: usize): u32 {
  const state = load<u8>(node, N_STATE) as u32;
  if (state === STATE_ESTABLISHED) return load<u8>(node, N_PROTOCOL) === (PROTOCOL_TCP as u8) ? TIMEOUT : NORMAL;
  const clientSide = clientOf(node);
  const client = flagsOf(node, clientSide);
  const server = flagsOf(node, 1 - clientSide);
  const isServerReset = (server & RST) !== 0;
  switch (state) {
    case STATE_CLOSING_TX_2:
    case STATE_CLOSING_RX_2:
    case STATE_CLOSED:
      return NORMAL;
    case STATE_OPENING_1:
      return SERVER_SYN_MISS;
    case STATE_OPENING_2:
      return CLIENT_ACK_MISS;
    case STATE_CLOSING_TX_1:
      return SERVER_HALF_CLOSE;
    case STATE_CLOSING_RX_1:
      return CLIENT_HALF_CLOSE;
    case STATE_SYN_ACK_1:
      return SERVER_QUEUE_OVERFLOW;
    case STATE_SERVER_RESET:
      return SERVER_DIRECT_RST;
    case STATE_SERVER_QUEUE_LACK: {
      const measures = measuresOf(node, 1 - clientSide);
      const packets = load<u32>(measures, M_PACKETS) + load<u32>(coldOf(node, 1 - clientSide), K_TOTAL_PACKETS);
      return packets > 3 ? SERVER_QUEUE_OVERFLOW : CLIENT_RST;
    }
    case STATE_RESET:
      if (isHeartbeat(client, server)) return NORMAL_CLIENT_RST;
      return isServerReset ? SERVER_RST : CLIENT_RST;
    case STATE_SYN_1:
    case STATE_CLIENT_PORT_REUSE:
      return isHeartbeat(client, server) ? NORMAL_CLIENT_RST : CLIENT_PORT_REUSE;
    case STATE_ESTABLISH_RESET:
    case STATE_OPENING_RST:
      if (isHeartbeat(client, server)) return NORMAL_CLIENT_RST;
      return isServerReset ? SERVER_OTHER_RST : CLIENT_OTHER_RST;
    default:
      return UNKNOWN;
  }
}
