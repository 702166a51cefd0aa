// Rows for the host: flow records, or packet rows. The host empties the area between two calls of the reader.

import { TABLE } from './layout';

export const O_AREA: usize = TABLE + 0xe0; // u32
export const O_COUNT: usize = TABLE + 0xe4; // u32

/** Both kinds of rows fit. */
export const ROW_SIZE: usize = 784;
export const ROW_LIMIT: u32 = 512;

export function layOutOutput(at: usize): usize {
  store<u32>(O_AREA, at as u32);
  return at + ROW_SIZE * (ROW_LIMIT as usize);
}

export function hasRoomFor(rows: u32): bool {
  return load<u32>(O_COUNT) + rows <= ROW_LIMIT;
}

/** Address of a new row. There must be room. */
export function newRow(): usize {
  const count = load<u32>(O_COUNT);
  store<u32>(O_COUNT, count + 1);
  return (load<u32>(O_AREA) as usize) + (count as usize) * ROW_SIZE;
}
