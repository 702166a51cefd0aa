// Capture interfaces: the one of a pcap file, and those that the sections of a pcapng file declare.
// An interface that a later section or file declares again in the same place keeps its row, so that its flows go on.

import { count, NOTE_INTERFACE_LIMIT, NOTE_INTERFACES } from './counters';
import { CHOSEN_NAMES, INTERFACE_LIMIT, INTERFACE_MAP, INTERFACE_SIZE, INTERFACES } from './layout';
import { R_CHOSEN_NAMES, R_INTERFACE_ROWS, R_SECTION_INTERFACES } from './reader-state';
import { INTERFACES_ALL, INTERFACES_NAMED, S_INTERFACES, setting } from './settings';

export const I_LINK_TYPE: usize = 0; // u32
export const I_SNAPLEN: usize = 4; // u32
export const I_RESOLUTION: usize = 8; // u32: if_tsresol
export const I_LOCAL_ID: usize = 12; // u32: number within its section
export const I_OFFSET: usize = 16; // i64: if_tsoffset, seconds
export const I_PACKETS: usize = 24; // u64
export const I_NAME_LENGTH: usize = 32; // u8
export const I_LEFT_OUT: usize = 33; // bool: its packets are of another capture
export const I_NAME: usize = 36;
export const NAME_LIMIT: u32 = 60;

/** One of CHOSEN_NAMES: its length and its bytes. */
const CHOSEN_SIZE: usize = 4 + (NAME_LIMIT as usize);

export const NO_INTERFACE: u32 = 0xffffffff;

export function interfaceRow(row: u32): usize {
  return INTERFACES + (row as usize) * INTERFACE_SIZE;
}

export function countInterface(row: u32): void {
  const at = interfaceRow(row);
  store<u64>(at, load<u64>(at, I_PACKETS) + 1, I_PACKETS);
}

function sameName(row: usize, name: usize, length: u32): bool {
  return (load<u8>(row, I_NAME_LENGTH) as u32) === length && memory.compare(row + I_NAME, name, length as usize) === 0;
}

/** Makes room for one more name of `length` bytes; returns where to write it, 0 when there is no more room. */
export function addChosenName(length: u32): usize {
  const names = load<u32>(R_CHOSEN_NAMES);
  if (names >= INTERFACE_LIMIT || length > NAME_LIMIT) return 0;
  const at = CHOSEN_NAMES + (names as usize) * CHOSEN_SIZE;
  store<u32>(at, length);
  store<u32>(R_CHOSEN_NAMES, names + 1);
  return at + 4;
}

function isLeftOut(name: usize, length: u32): bool {
  const choice = setting(S_INTERFACES);
  if (choice === INTERFACES_ALL) return false;
  const names = load<u32>(R_CHOSEN_NAMES);
  let isNamed = false;
  for (let i: u32 = 0; i < names && !isNamed; i++) {
    const at = CHOSEN_NAMES + (i as usize) * CHOSEN_SIZE;
    isNamed = load<u32>(at) === length && memory.compare(at + 4, name, length as usize) === 0;
  }
  return isNamed !== (choice === INTERFACES_NAMED);
}

/** Adds the next interface of the section; returns its row, NO_INTERFACE when there is no more room. */
export function declareInterface(
  linkType: u32,
  snaplen: u32,
  resolution: u32,
  offset: i64,
  name: usize,
  length: u32,
): u32 {
  const id = load<u32>(R_SECTION_INTERFACES);
  const kept = min(length, NAME_LIMIT);
  const rows = load<u32>(R_INTERFACE_ROWS);
  store<u32>(R_SECTION_INTERFACES, id + 1);
  let number = NO_INTERFACE;
  for (let i: u32 = 0; i < rows; i++) {
    const row = interfaceRow(i);
    if (load<u32>(row, I_LOCAL_ID) === id && load<u32>(row, I_LINK_TYPE) === linkType && sameName(row, name, kept)) {
      number = i;
      break;
    }
  }
  if (number === NO_INTERFACE) {
    if (rows >= INTERFACE_LIMIT || id >= INTERFACE_LIMIT) {
      count(NOTE_INTERFACE_LIMIT);
      return NO_INTERFACE;
    }
    number = rows;
    store<u32>(R_INTERFACE_ROWS, rows + 1);
    count(NOTE_INTERFACES);
    const row = interfaceRow(number);
    store<u32>(row, linkType, I_LINK_TYPE);
    store<u32>(row, id, I_LOCAL_ID);
    store<u8>(row, kept as u8, I_NAME_LENGTH);
    store<u8>(row, isLeftOut(name, kept) ? 1 : 0, I_LEFT_OUT);
    memory.copy(row + I_NAME, name, kept as usize);
  }
  const row = interfaceRow(number);
  store<u32>(row, snaplen, I_SNAPLEN);
  store<u32>(row, resolution, I_RESOLUTION);
  store<i64>(row, offset, I_OFFSET);
  if (id < INTERFACE_LIMIT) store<u16>(INTERFACE_MAP + ((id as usize) << 1), (number + 1) as u16);
  return number;
}

export function forgetSection(): void {
  store<u32>(R_SECTION_INTERFACES, 0);
  memory.fill(INTERFACE_MAP, 0, (INTERFACE_LIMIT as usize) << 1);
}

/** Row of an interface number of this section. */
export function rowOf(id: u32): u32 {
  if (id >= load<u32>(R_SECTION_INTERFACES) || id >= INTERFACE_LIMIT) return NO_INTERFACE;
  return (load<u16>(INTERFACE_MAP + ((id as usize) << 1)) as u32) - 1;
}
