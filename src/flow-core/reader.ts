// From bytes of a file to packets: the step that fits the format, until bytes, or room for records, run out.

import { countBy, NOTE_TAIL_BYTES } from './counters';
import { forgetSection } from './interfaces';
import { isPcap, readPcap, startPcap } from './pcap';
import { SECTION_HEADER, stepPcapng } from './pcapng';
import {
  advance,
  FAULT_MAGIC,
  FAULT_SHORT,
  FORMAT_PCAP,
  FORMAT_UNKNOWN,
  NEED_MORE,
  OUTPUT_FULL,
  R_AT,
  R_FAULT,
  R_FORMAT,
  R_LAST_BYTES,
  R_OFFSET,
  R_SEARCHING,
  R_SKIP,
  R_SKIPPED,
  R_TIMED,
  R_WARM,
  R_WINDOW,
  STEPPED,
  startWindow,
  unread,
} from './reader-state';
import { W_CANDIDATE } from './warm';

function startFormat(): i32 {
  if (unread() < 4) return NEED_MORE;
  const magic = load<u32>(load<u32>(R_AT) as usize);
  if (isPcap(magic)) return startPcap();
  if (magic === SECTION_HEADER) return stepPcapng();
  store<i32>(R_FAULT, FAULT_MAGIC);
  return FAULT_MAGIC;
}

function skip(): bool {
  const wanted = load<u64>(R_SKIP);
  if (wanted === 0) return true;
  const step = min(wanted, unread() as u64);
  advance(step as usize);
  store<u64>(R_SKIP, wanted - step);
  store<u64>(R_SKIPPED, step === wanted ? 0 : load<u64>(R_SKIPPED) + step);
  return step === wanted;
}

/** Reads what is in the window. NEED_MORE, OUTPUT_FULL, or a fault below zero. */
export function read(): i32 {
  const fault = load<i32>(R_FAULT);
  if (fault < 0) return fault;
  while (true) {
    if (!skip()) return NEED_MORE;
    const format = load<u32>(R_FORMAT);
    const outcome = format === FORMAT_PCAP ? readPcap() : format === FORMAT_UNKNOWN ? startFormat() : stepPcapng();
    if (outcome !== STEPPED) return outcome;
  }
}

/** No more bytes of this file will come: reads the rest, and counts what is left of a cut record. */
export function readLast(): i32 {
  store<u32>(R_LAST_BYTES, 1);
  const outcome = read();
  if (outcome === OUTPUT_FULL || outcome < 0) return outcome;
  if (load<u32>(R_FORMAT) === FORMAT_UNKNOWN) {
    store<i32>(R_FAULT, FAULT_SHORT);
    return FAULT_SHORT;
  }
  countBy(NOTE_TAIL_BYTES, unread() as u64);
  countBy(NOTE_TAIL_BYTES, load<u64>(R_SKIPPED));
  return NEED_MORE;
}

/** Another file of the same NIC follows; flows, times and counters go on. */
export function startFile(): void {
  startWindow(load<u32>(R_WINDOW));
  store<u32>(R_FORMAT, FORMAT_UNKNOWN);
  store<u32>(R_SEARCHING, 0);
  store<u32>(R_LAST_BYTES, 0);
  store<i32>(R_FAULT, 0);
  store<u32>(R_TIMED, 0);
  store<u32>(R_WARM, 0);
  store<u32>(W_CANDIDATE, 0);
  store<u64>(R_SKIP, 0);
  store<u64>(R_SKIPPED, 0);
  store<u64>(R_OFFSET, 0);
  forgetSection();
}
