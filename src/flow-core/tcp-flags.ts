// The sets of TCP flags that the state table knows.

export const FIN: u32 = 0x01;
export const SYN: u32 = 0x02;
export const RST: u32 = 0x04;
export const PSH: u32 = 0x08;
export const ACK: u32 = 0x10;
/** ECE and CWR tell nothing about the state. */
export const KNOWN: u32 = 0x3f;

export const CLASS_SYN: u32 = 0;
export const CLASS_SYN_ACK: u32 = 1;
export const CLASS_ACK: u32 = 2;
export const CLASS_PUSH: u32 = 3;
export const CLASS_FIN: u32 = 4;
export const CLASS_RST: u32 = 5;
export const CLASS_ILLEGAL: u32 = 6;

// By the low six bits: ACK alone is kept apart from PSH+ACK and PSH+ACK+URG; FIN and RST come with ACK, PSH+ACK or alone.
// biome-ignore format: a table is read by its rows.
const CLASSES = memory.data<u8>([
  6, 4, 0, 6, 5, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6,
  2, 4, 1, 6, 5, 6, 6, 6, 3, 4, 6, 6, 5, 6, 6, 6,
  6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6,
  6, 6, 6, 6, 6, 6, 6, 6, 3, 6, 6, 6, 6, 6, 6, 6,
]);

export function classOf(flags: u32): u32 {
  return load<u8>(CLASSES + ((flags & KNOWN) as usize)) as u32;
}
