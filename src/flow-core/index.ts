// What the host calls. It writes settings and tables, then chunks of the capture into the window, and empties the
// output whenever it is full. No call allocates; no memory grows after layOut.

import { closeAll } from './flow-clock';
import { addChosenName } from './interfaces';
import { COUNTERS, INTERFACE_SIZE, INTERFACES } from './layout';
import { learntAddress, learntCount } from './learning';
import { addMac } from './mac-set';
import { layOut } from './memory';
import { O_AREA, O_COUNT, ROW_SIZE } from './output';
import { addPair } from './pair-table';
import { read, readLast, startFile } from './reader';
import {
  NEED_MORE,
  OUTPUT_FULL,
  R_END,
  R_INTERFACE_ROWS,
  R_OFFSET,
  R_WINDOW,
  ROOM_SIZE,
  roomAt,
  turn,
} from './reader-state';
import { setServerPort, setSetting } from './settings';
import { LOCAL_ADDRESSES, LOCAL_MACS, PAIRS, REMOTE_MACS, VIP_MACS } from './tables';

export { addChosenName, layOut, learntAddress, learntCount, read, readLast, roomAt, startFile, turn };

export function set(key: u32, value: u64): void {
  setSetting(key, value);
}

/** MACs as six bytes read little-endian; local and remote segments are compared by the last four of them. */
export function addLocalMac(mac: u64): void {
  addMac(LOCAL_MACS, mac >> 16);
}

export function addRemoteMac(mac: u64): void {
  addMac(REMOTE_MACS, mac >> 16);
}

export function addVipMac(mac: u64): void {
  addMac(VIP_MACS, mac);
}

export function addForwardPair(mac: u64, family: u32, low: u64, high: u64): void {
  addPair(PAIRS, mac, family, low, high);
}

export function addLocalAddress(family: u32, low: u64, high: u64): void {
  addPair(LOCAL_ADDRESSES, 0, family, low, high);
}

/** `port` with its bytes as on the wire, read little-endian. */
export function addServerPort(port: u32): void {
  setServerPort(port);
}

export function roomSize(): usize {
  return ROOM_SIZE;
}

/** Which window the next bytes of the file belong in. */
export function windowAtHand(): u32 {
  return load<u32>(R_WINDOW);
}

export function filled(bytes: u32): void {
  store<u32>(R_END, load<u32>(R_END) + bytes);
}

export function fileOffset(): u64 {
  return load<u64>(R_OFFSET);
}

export function outputAddress(): usize {
  return load<u32>(O_AREA) as usize;
}

export function outputCount(): u32 {
  return load<u32>(O_COUNT);
}

export function outputRowSize(): usize {
  return ROW_SIZE;
}

export function emptied(): void {
  store<u32>(O_COUNT, 0);
}

/** Ends all flows. OUTPUT_FULL: empty the output and call again. */
export function finish(): i32 {
  return closeAll() ? NEED_MORE : OUTPUT_FULL;
}

export function countersAddress(): usize {
  return COUNTERS;
}

export function interfacesAddress(): usize {
  return INTERFACES;
}

export function interfaceCount(): u32 {
  return load<u32>(R_INTERFACE_ROWS);
}

export function interfaceSize(): usize {
  return INTERFACE_SIZE;
}
