// One packet on its way from the capture to flows, rows or learnt facts. Whatever happens to it, it is counted once.

import {
  C_CAPTURED,
  C_DECAPSULATED,
  C_FIRST_TIME,
  C_IN_FLOWS,
  C_INJECTIONS,
  C_INJECTIONS_OVER_LIMIT,
  C_LAST_TIME,
  C_PACKETS,
  C_REASONS,
  C_TWICE,
  C_WIRE,
  count,
  countBy,
  counted,
  NOTE_SNAPLEN_CUT,
  NOTE_TIME_RAISED,
  NOTE_TIME_RESTARTED,
  setCounter,
} from './counters';
import { dissect } from './dissect';
import { CAPTURE_VIRTUAL_MIRROR, DST, l2Ends, SRC } from './ends';
import { takeExpress } from './express';
import { advanceClock, closeAll, isWithinWindow } from './flow-clock';
import { F_BACKWARDS, F_CLOSING, F_NOW, F_PAIR_GENERATION, F_STARTED, F_WINDOW } from './flow-node';
import { inject } from './flow-table';
import { countInterface, I_LINK_TYPE, interfaceRow } from './interfaces';
import { PACKET } from './layout';
import { learn } from './learning';
import { writePacketRow } from './listing';
import { learnFromAdvertisement } from './neighbours';
import { hasRoomFor } from './output';
import {
  LINK_ETHERNET,
  P_CAPTURED,
  P_DATA,
  P_FLAGS,
  P_INDEX,
  P_LINK,
  P_MAC_DST,
  P_MAC_SRC,
  P_NIC,
  P_PROTOCOL,
  P_SECOND,
  P_TIER,
  P_TIME,
  P_TUNNEL_MAC_DST,
  P_TUNNEL_MAC_SRC,
  P_WIRE,
  PROTOCOL_ICMPV6,
  PROTOCOL_TCP,
} from './packet';
import {
  BEFORE_WINDOW,
  FLOW_LIMIT,
  IN_FLOW,
  OTHER_INTERFACE,
  OVERSIZE_RECORD,
  RETIRED,
  UNKNOWN_INTERFACE,
  ZERO_LENGTH,
} from './reasons';
import { MODE_FLOWS, MODE_PACKETS, S_CAPTURE_MODE, S_MODE, S_TAP_MAC, setting } from './settings';
import { SECOND, streamOf } from './stream';
import { CLASS_ILLEGAL, classOf } from './tcp-flags';

const P_REASON: usize = PACKET + 376; // u32
/** 1 while the packet at hand has been read and waits for room in the output. */
const P_WAITING: usize = PACKET + 380; // u32

/** A packet this much older than the last one of its NIC is moved up to it; an older one is out. */
const TOLERANCE: u64 = 1000000;
/** So many packets in a row that are too old mean that the clock was set back. */
const BACKWARDS_LIMIT: u32 = 64;
/** Records that one packet may need: each of two injections closes an interval of its flow. */
const MOST_RECORDS: u32 = 4;

/** Puts the packet on the capture's clock. Returns IN_FLOW, a reason, or WAIT when flows that end need room first. */
function clock(): u32 {
  const stream = streamOf(load<u64>(P_NIC));
  const last = load<u64>(stream);
  const time = load<u64>(P_TIME);
  if (time < last) {
    if (last - time > TOLERANCE) return RETIRED;
    store<u64>(P_TIME, last);
    store<u64>(P_SECOND, last / SECOND);
    count(NOTE_TIME_RAISED);
  }
  const second = load<u64>(P_SECOND);
  if (load<u32>(F_STARTED) !== 0 && second < load<u64>(F_WINDOW)) return BEFORE_WINDOW;
  if (!isWithinWindow(second) && !advanceClock(second)) return WAIT;
  store<u64>(stream, load<u64>(P_TIME));
  if (load<u64>(P_TIME) > load<u64>(F_NOW)) store<u64>(F_NOW, load<u64>(P_TIME));
  return IN_FLOW;
}

const WAIT: u32 = 0xffff;

function noteBackwards(): void {
  const packets = load<u32>(F_BACKWARDS) + 1;
  store<u32>(F_BACKWARDS, packets);
  if (packets < BACKWARDS_LIMIT) return;
  count(NOTE_TIME_RESTARTED);
  store<u32>(F_BACKWARDS, 0);
  // All flows end before the next packet, and the clock starts anew with it.
  store<u32>(F_CLOSING, 1);
}

/** Into the flows of its tap ports. False when none of them had room. */
function injectAll(): bool {
  const isTcp = load<u32>(P_PROTOCOL) === PROTOCOL_TCP;
  const flagClass = isTcp ? classOf(load<u32>(P_FLAGS)) : CLASS_ILLEGAL;
  if (load<u32>(P_PROTOCOL) === PROTOCOL_ICMPV6 && learnFromAdvertisement()) {
    store<u32>(F_PAIR_GENERATION, load<u32>(F_PAIR_GENERATION) + 1);
  }
  const ends = l2Ends();
  let tapMac = setting(S_TAP_MAC);
  let second: u64 = 0;
  let injections: u32 = 1;
  if (ends !== 0 && setting(S_CAPTURE_MODE) === CAPTURE_VIRTUAL_MIRROR && load<u32>(P_LINK) === LINK_ETHERNET) {
    const isTunnelled = load<u32>(P_TIER) !== 0;
    const src = load<u64>(isTunnelled ? P_TUNNEL_MAC_SRC : P_MAC_SRC);
    const dst = load<u64>(isTunnelled ? P_TUNNEL_MAC_DST : P_MAC_DST);
    if (ends !== (SRC | DST)) {
      tapMac = ends === SRC ? src : dst;
    } else if ((src | dst) !== 0) {
      tapMac = src;
      second = dst;
      injections = 2;
    }
  }
  // A loop, so that `inject` has one caller: the build inlines whatever has one, which takes 10 % off a packet's time.
  let injected: u32 = 0;
  for (let i: u32 = 0; i < injections; i++) {
    const side = injections === 1 ? ends : i === 0 ? SRC : DST;
    if (inject(side, i === 0 ? tapMac : second, flagClass)) injected++;
  }
  countBy(C_INJECTIONS, injected as u64);
  if (injections === 2 && injected === 2) count(C_TWICE);
  else if (injections === 2 && injected === 1) count(C_INJECTIONS_OVER_LIMIT);
  return injected !== 0;
}

function book(row: u32, reason: u32, isTimed: bool): void {
  const captured = load<u32>(P_CAPTURED);
  const wire = load<u32>(P_WIRE);
  count(C_PACKETS);
  countBy(C_CAPTURED, captured as u64);
  countBy(C_WIRE, wire as u64);
  if (captured < wire) count(NOTE_SNAPLEN_CUT);
  if (reason === IN_FLOW) count(C_IN_FLOWS);
  else count(C_REASONS + reason);
  if (load<u32>(P_TIER) !== 0) count(C_DECAPSULATED);
  if (!isTimed) return;
  countInterface(row);
  const time = load<u64>(P_TIME);
  if (counted(C_FIRST_TIME) === 0) setCounter(C_FIRST_TIME, time + 1);
  if (time >= counted(C_LAST_TIME)) setCounter(C_LAST_TIME, time + 1);
}

/**
 * Takes a packet of the interface in `row`, unless `refusal` says why not. False when the output must be emptied
 * first: call again with the same packet.
 */
export function takePacket(
  row: u32,
  data: usize,
  captured: u32,
  wire: u32,
  second: u64,
  nanos: u64,
  refusal: u32,
): bool {
  if (refusal === IN_FLOW && takeExpress(row, data, captured, wire, second, nanos)) return true;
  if (load<u32>(F_CLOSING) !== 0 && !closeAll()) return false;
  if (!hasRoomFor(MOST_RECORDS)) return false;
  const mode = setting(S_MODE);
  const isTimed = refusal !== OVERSIZE_RECORD && refusal !== UNKNOWN_INTERFACE && refusal !== OTHER_INTERFACE;
  if (load<u32>(P_WAITING) === 0) {
    store<u64>(P_TIME, second * SECOND + nanos);
    store<u64>(P_SECOND, second);
    store<u64>(P_INDEX, counted(C_PACKETS));
    store<u64>(P_NIC, row as u64);
    store<u32>(P_DATA, data as u32);
    store<u32>(P_CAPTURED, captured);
    store<u32>(P_WIRE, max(captured, wire));
    store<u32>(P_TIER, 0);
    const linkType = load<u32>(interfaceRow(row), I_LINK_TYPE);
    store<u32>(P_REASON, refusal !== IN_FLOW ? refusal : captured === 0 ? ZERO_LENGTH : dissect(linkType));
  }
  store<u32>(P_WAITING, 0);
  let reason = load<u32>(P_REASON);
  if (mode === MODE_FLOWS) {
    if (isTimed) {
      const late = clock();
      if (late === WAIT) {
        store<u32>(P_WAITING, 1);
        return false;
      }
      if (late === IN_FLOW) store<u32>(F_BACKWARDS, 0);
      else noteBackwards();
      if (reason === IN_FLOW) reason = late;
    }
    if (reason === IN_FLOW && !injectAll()) reason = FLOW_LIMIT;
  } else if (mode === MODE_PACKETS) {
    writePacketRow(reason);
  } else {
    learn(reason);
  }
  book(row, reason, isTimed);
  return true;
}
