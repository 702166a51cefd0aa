// The TCP state table, as data: what a packet of each class makes of each state, sent by the client or by the server.
// A cell is a state plus, in its upper three bits, the timeout that then holds. 0xff: the client's cell holds.

import { CLASS_ILLEGAL } from './tcp-flags';

export const STATE_RAW: u32 = 0;
export const STATE_OPENING_1: u32 = 1;
export const STATE_OPENING_2: u32 = 2;
export const STATE_ESTABLISHED: u32 = 3;
export const STATE_SYN_ACK_1: u32 = 4;
export const STATE_SYN_1: u32 = 5;
export const STATE_CLOSING_TX_1: u32 = 6;
export const STATE_CLOSING_TX_2: u32 = 7;
export const STATE_CLOSING_RX_1: u32 = 8;
export const STATE_CLOSING_RX_2: u32 = 9;
export const STATE_CLOSED: u32 = 10;
export const STATE_RESET: u32 = 11;
export const STATE_SERVER_RESET: u32 = 12;
export const STATE_ESTABLISH_RESET: u32 = 13;
export const STATE_CLIENT_PORT_REUSE: u32 = 14;
export const STATE_SERVER_QUEUE_LACK: u32 = 15;
export const STATE_OPENING_RST: u32 = 16;
export const STATE_EXCEPTION: u32 = 17;

// Cells, by timeout: established 0, opening 32, closing 64, exception 96, established_rst 160, opening_rst 192, closed_fin 224.
const O1: u8 = 33; // Opening1, opening
const O2: u8 = 34; // Opening2, opening
const ES: u8 = 3; // Established, established
const SA: u8 = 4; // SynAck1, established
const S1: u8 = 37; // Syn1, opening
const T1: u8 = 70; // ClosingTx1, closing
const T2: u8 = 71; // ClosingTx2, closing
const R1: u8 = 72; // ClosingRx1, closing
const R2: u8 = 73; // ClosingRx2, closing
const CL: u8 = 234; // Closed, closed_fin
const RC: u8 = 75; // Reset, closing
const RE: u8 = 171; // Reset, established_rst
const RF: u8 = 235; // Reset, closed_fin
const SR: u8 = 76; // ServerReset, closing
const ER: u8 = 77; // EstablishReset, closing
const PR: u8 = 78; // ClientL4PortReuse, closing
const QL: u8 = 175; // ServerCandidateQueueLack, established_rst
const OR: u8 = 208; // OpeningRst, opening_rst
const X0: u8 = 113; // Exception, exception
const XR: u8 = 107; // Reset, exception
const XS: u8 = 108; // ServerReset, exception
const XE: u8 = 109; // EstablishReset, exception
const XP: u8 = 110; // ClientL4PortReuse, exception
const XQ: u8 = 111; // ServerCandidateQueueLack, exception
const __: u8 = 255;

// One row per state: client's SYN, SYN+ACK, ACK, PSH+ACK, FIN, RST, then the server's six.
// biome-ignore format: a table is read by its rows.
const CELLS = memory.data<u8>([
  O1, X0, ES, ES, T1, RC, __, O2, __, __, R1, __, // Raw
  O1, X0, ES, ES, T1, ER, __, O2, S1, S1, R1, SR, // Opening1
  O2, X0, ES, ES, T1, OR, __, O2, __, __, R1, ER, // Opening2
  ES, X0, ES, ES, T1, RE, __, SA, __, __, R1, __, // Established
  ES, X0, SA, SA, T1, RC, __, SA, ES, ES, R1, QL, // SynAck1
  O1, X0, ES, ES, T1, PR, __, O2, S1, S1, R1, ER, // Syn1
  T1, T1, T1, T1, T1, RC, __, __, __, __, T2, __, // ClosingTx1
  T2, T2, CL, X0, T2, RF, __, __, T2, T2, __, __, // ClosingTx2
  R1, R1, R1, R1, R2, RC, __, __, __, __, R1, __, // ClosingRx1
  R2, R2, R2, R2, R2, RF, __, __, CL, __, __, __, // ClosingRx2
  X0, X0, CL, X0, X0, X0, __, __, __, __, __, __, // Closed
  XR, XR, XR, XR, XR, XR, __, __, __, __, __, __, // Reset
  XS, XS, XS, XS, XS, XS, __, __, __, __, __, __, // ServerReset
  XE, XE, XE, XE, XE, XE, __, __, __, __, __, __, // EstablishReset
  XP, XP, XP, XP, XP, XP, __, __, __, __, __, __, // ClientL4PortReuse
  XQ, XQ, XQ, XQ, XQ, XQ, __, __, __, __, __, __, // ServerCandidateQueueLack
  OR, OR, OR, OR, OR, OR, __, __, __, __, __, __, // OpeningRst
  X0, X0, X0, X0, X0, X0, __, __, __, __, __, __, // Exception
]);

const ROW: usize = 12;
const SERVER: usize = 6;

/** The next state, with the timeout in bits 5 to 7. */
export function nextState(state: u32, flagClass: u32, isServer: bool): u32 {
  if (flagClass === CLASS_ILLEGAL) return X0 as u32;
  const at = CELLS + (state as usize) * ROW + (flagClass as usize);
  if (isServer) {
    const cell = load<u8>(at, SERVER);
    if (cell !== __) return cell as u32;
  }
  return load<u8>(at) as u32;
}

export function stateOf(cell: u32): u32 {
  return cell & 31;
}

export function timeoutKindOf(cell: u32): u32 {
  return cell >> 5;
}
