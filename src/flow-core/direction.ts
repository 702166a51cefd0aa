// Which side is the client: scores of (address, port) as a server, kept over all flows of this table.

import {
  clientOf,
  FLAG_HANDSHAKE,
  FLAG_REVERSED,
  H_SCORE,
  hotOf,
  N_FAMILY,
  N_FLAGS,
  N_IP,
  N_KEYS,
  N_PORTS,
  N_PROTOCOL,
  N_REVERSALS,
  rareOf,
} from './flow-node';
import { forget, recall, remember } from './lru';
import { P_ICMP_TYPE, PROTOCOL_ICMP, PROTOCOL_ICMPV6, PROTOCOL_TCP, PROTOCOL_UDP } from './packet';
import { isServerPort } from './settings';
import { SERVICES_4, SERVICES_6 } from './tables';
import { CLASS_SYN, CLASS_SYN_ACK } from './tcp-flags';

const CERTAIN: u32 = 255;
const CONFIGURED: u32 = 253;
const MOST_GUESSED: u32 = 252;
/** Scores nearer to each other than this leave it to the ports. */
const CLEAR_LEAD: i32 = 8;
const ECHO_REPLY: u32 = 0;
const ECHO_REPLY_6: u32 = 129;

function portOf(node: usize, side: u32): u32 {
  return load<u16>(node + N_PORTS + ((side as usize) << 1)) as u32;
}

function listOf(node: usize): usize {
  return load<u8>(node, N_FAMILY) === 4 ? SERVICES_4 : SERVICES_6;
}

/** The low and the high half of an address. IPv4 is its own key, which spares a look into the cold part. */
function lowOf(node: usize, side: u32): u64 {
  if (load<u8>(node, N_FAMILY) === 4) return load<u64>(node + ((side as usize) << 3), N_KEYS);
  return load<u64>(rareOf(node) + ((side as usize) << 4), N_IP);
}

function highOf(node: usize, side: u32): u64 {
  return load<u8>(node, N_FAMILY) === 4 ? 0 : load<u64>(rareOf(node) + ((side as usize) << 4), N_IP + 8);
}

function scoreOf(node: usize, side: u32): u32 {
  return recall(listOf(node), lowOf(node, side), highOf(node, side), portOf(node, side) as u64);
}

function setScore(node: usize, side: u32, score: u32): void {
  const low = lowOf(node, side);
  const high = highOf(node, side);
  const port = portOf(node, side) as u64;
  if (score === 0) forget(listOf(node), low, high, port);
  else remember(listOf(node), low, high, port, score);
}

function isScored(node: usize): bool {
  const protocol = load<u8>(node, N_PROTOCOL) as u32;
  return protocol === PROTOCOL_TCP || protocol === PROTOCOL_UDP;
}

function reverse(node: usize): void {
  store<u8>(node, load<u8>(node, N_FLAGS) ^ (FLAG_REVERSED as u8), N_FLAGS);
  store<u32>(rareOf(node), load<u32>(rareOf(node), N_REVERSALS) + 1, N_REVERSALS);
}

/** Ports as on the wire: the highest bit of the port is that of the first byte. */
function isEphemeral(port: u32): bool {
  return (port & 0x80) !== 0;
}

/** Compares the scores of both sides; the client and the server change places when the client's is higher. */
export function checkDirection(node: usize): void {
  if (!isScored(node)) return;
  const client = clientOf(node);
  let clientScore = scoreOf(node, client);
  let serverScore = scoreOf(node, 1 - client);
  const lead = (clientScore as i32) - (serverScore as i32);
  let isWrong = lead > 0;
  if (
    load<u8>(node, N_FAMILY) === 4 &&
    lead < CLEAR_LEAD &&
    lead > -CLEAR_LEAD &&
    ((load<u8>(node, N_FLAGS) as u32) & FLAG_HANDSHAKE) === 0
  ) {
    const isClientHigh = isEphemeral(portOf(node, client));
    const isServerHigh = isEphemeral(portOf(node, 1 - client));
    if (isClientHigh !== isServerHigh) isWrong = isServerHigh;
  }
  if (isWrong) {
    reverse(node);
    const score = clientScore;
    clientScore = serverScore;
    serverScore = score;
  }
  const side = clientOf(node);
  store<u8>(hotOf(node, side), clientScore as u8, H_SCORE);
  store<u8>(hotOf(node, 1 - side), serverScore as u8, H_SCORE);
}

/**
 * Looks again when a second is over. A handshake has settled it for its flow, whatever other flows have shown of the
 * same addresses since.
 */
export function recheckDirection(node: usize): void {
  if (((load<u8>(node, N_FLAGS) as u32) & FLAG_HANDSHAKE) === 0) checkDirection(node);
}

/** A SYN makes its sender a client, a SYN+ACK makes its sender a server; so does the option of a load balancer. */
export function noteHandshake(node: usize, sender: u32, isServer: bool): void {
  setScore(node, sender, isServer ? CERTAIN : 0);
  if (isServer) setScore(node, 1 - sender, 0);
  store<u8>(node, load<u8>(node, N_FLAGS) | (FLAG_HANDSHAKE as u8), N_FLAGS);
}

function guess(node: usize): void {
  const sender = scoreOf(node, 0);
  if (sender > 0) setScore(node, 0, sender - 1);
  const receiver = scoreOf(node, 1);
  if (receiver < MOST_GUESSED) setScore(node, 1, receiver + 1);
}

function noteConfiguredPorts(node: usize): void {
  if (isServerPort(portOf(node, 1))) {
    if (scoreOf(node, 1) < CONFIGURED) setScore(node, 1, CONFIGURED);
  } else if (isServerPort(portOf(node, 0)) && scoreOf(node, 0) < CONFIGURED) {
    setScore(node, 0, CONFIGURED);
  }
}

/** Direction of a new flow, whose first packet side 0 sent. */
export function startDirection(node: usize, flagClass: u32, hasToa: bool): void {
  if (!isScored(node)) {
    const protocol = load<u8>(node, N_PROTOCOL) as u32;
    const type = load<u32>(P_ICMP_TYPE);
    const isReply =
      (protocol === PROTOCOL_ICMP && type === ECHO_REPLY) || (protocol === PROTOCOL_ICMPV6 && type === ECHO_REPLY_6);
    if (isReply) reverse(node);
    return;
  }
  if (flagClass === CLASS_SYN_ACK) {
    noteHandshake(node, 0, true);
  } else if (flagClass === CLASS_SYN || hasToa) {
    noteHandshake(node, 0, false);
    const receiver = scoreOf(node, 1);
    if (receiver < MOST_GUESSED) setScore(node, 1, receiver + 1);
  } else {
    guess(node);
  }
  noteConfiguredPorts(node);
  checkDirection(node);
}
