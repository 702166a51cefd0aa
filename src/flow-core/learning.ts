// Pairs of MAC and address that a capture shows, by the way they were learnt: ARP senders, neighbour discovery,
// and the source of any packet, before and after decapsulation.

import { mix, powerOfTwo, rawMac, SPREAD } from './bytes';
import { count, NOTE_LEARN_LIMIT } from './counters';
import { TABLE } from './layout';
import { arpSender, discoveredAddress, discoveredMac } from './neighbours';
import {
  LINK_RAW,
  P_CAPTURED,
  P_DATA,
  P_FAMILY,
  P_INDEX,
  P_INNER_FRAME,
  P_L2_LENGTH,
  P_LINK,
  P_MAC_SRC,
  P_SRC,
  P_TIER,
  P_TIME,
  P_TUNNEL_FAMILY,
  P_TUNNEL_MAC_SRC,
  P_TUNNEL_SRC,
} from './packet';
import { macOfFamily } from './pair-table';
import { ARP, IN_FLOW } from './reasons';

const L_ENTRIES: usize = TABLE + 0xf0; // u32
const L_COUNT: usize = TABLE + 0xf4; // u32
const L_SLOTS: usize = TABLE + 0xf8; // u32
const L_LIMIT: usize = TABLE + 0xfc; // u32

const ENTRY: usize = 56;
const LOW: usize = 8;
const HIGH: usize = 16;
/** How often, by FROM_*: u32 each. */
const COUNTS: usize = 24;
const FIRST_INDEX: usize = 40; // u64
/** Of the first packet with this source, ns. */
const FIRST_SOURCE: usize = 48; // u64

const FROM_ARP: usize = 0;
const FROM_DISCOVERY: usize = 4;
const FROM_SOURCE: usize = 8;
const FROM_INNER_SOURCE: usize = 12;

export function layOutLearning(at: usize, limit: u32): usize {
  store<u32>(L_ENTRIES, at as u32);
  store<u32>(L_LIMIT, limit);
  store<u32>(L_SLOTS, (at + (limit as usize) * ENTRY) as u32);
  return at + (limit as usize) * ENTRY + ((powerOfTwo(limit << 1) as usize) << 2);
}

export function learntAddress(): usize {
  return load<u32>(L_ENTRIES) as usize;
}

export function learntCount(): u32 {
  return load<u32>(L_COUNT);
}

function learnPair(mac: u64, family: u32, low: u64, high: u64, from: usize): void {
  const key = macOfFamily(mac, family);
  const limit = load<u32>(L_LIMIT);
  const mask = powerOfTwo(limit << 1) - 1;
  let slot = (mix(mix(key ^ (low * SPREAD)) ^ high) as u32) & mask;
  while (true) {
    const at = (load<u32>(L_SLOTS) as usize) + ((slot as usize) << 2);
    let entry = load<u32>(at) as usize;
    if (entry === 0) {
      const entries = load<u32>(L_COUNT);
      if (entries === limit) {
        count(NOTE_LEARN_LIMIT);
        return;
      }
      entry = (load<u32>(L_ENTRIES) as usize) + (entries as usize) * ENTRY;
      store<u32>(L_COUNT, entries + 1);
      store<u32>(at, entry as u32);
      store<u64>(entry, key);
      store<u64>(entry, low, LOW);
      store<u64>(entry, high, HIGH);
      store<u64>(entry, load<u64>(P_INDEX), FIRST_INDEX);
    }
    if (load<u64>(entry) === key && load<u64>(entry, LOW) === low && load<u64>(entry, HIGH) === high) {
      const before = load<u32>(entry + from, COUNTS);
      if (from === FROM_SOURCE && before === 0) store<u64>(entry, load<u64>(P_TIME), FIRST_SOURCE);
      store<u32>(entry + from, before + 1, COUNTS);
      return;
    }
    slot = (slot + 1) & mask;
  }
}

function learnArp(): void {
  if (load<u32>(P_LINK) === LINK_RAW) return;
  const end = (load<u32>(P_DATA) + load<u32>(P_CAPTURED)) as usize;
  const frame = (load<u32>(P_TIER) !== 0 ? load<u32>(P_INNER_FRAME) : load<u32>(P_DATA)) as usize;
  const sender = arpSender(frame + load<u32>(P_L2_LENGTH), end);
  if (sender === 0) return;
  learnPair(rawMac(sender), 4, load<u32>(sender, 6) as u64, 0, FROM_ARP);
}

export function learn(reason: u32): void {
  if (reason === ARP) learnArp();
  if (reason !== IN_FLOW) return;
  const family = load<u32>(P_FAMILY);
  if (load<u32>(P_TIER) !== 0) {
    learnPair(
      load<u64>(P_TUNNEL_MAC_SRC),
      load<u32>(P_TUNNEL_FAMILY),
      load<u64>(P_TUNNEL_SRC),
      load<u64>(P_TUNNEL_SRC, 8),
      FROM_SOURCE,
    );
    learnPair(load<u64>(P_MAC_SRC), family, load<u64>(P_SRC), load<u64>(P_SRC, 8), FROM_INNER_SOURCE);
  } else {
    learnPair(load<u64>(P_MAC_SRC), family, load<u64>(P_SRC), load<u64>(P_SRC, 8), FROM_SOURCE);
  }
  const mac = discoveredMac();
  if (mac === 0) return;
  const address = discoveredAddress();
  if ((load<u64>(address) | load<u64>(address, 8)) === 0) return;
  learnPair(rawMac(mac), 6, load<u64>(address), load<u64>(address, 8), FROM_DISCOVERY);
}
