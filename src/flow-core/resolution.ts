// Time stamps of pcapng: ticks of a power of ten or of two, as the interface says (if_tsresol).

/** Later times are cut to this second, so that sums with timeouts stay in range. */
const LAST_SECOND: u64 = 0xffff0000;

function powerOfTen(exponent: u32): u64 {
  let power: u64 = 1;
  for (let i: u32 = 0; i < exponent; i++) power *= 10;
  return power;
}

export function secondsOf(ticks: u64, resolution: u32, offset: i64): u64 {
  const exponent = resolution & 0x7f;
  let second: u64 = 0;
  if ((resolution & 0x80) !== 0) {
    if (exponent < 64) second = ticks >> (exponent as u64);
  } else if (resolution === 6) {
    second = ticks / 1000000;
  } else if (resolution === 9) {
    second = ticks / 1000000000;
  } else if (exponent < 20) {
    second = ticks / powerOfTen(exponent);
  }
  if (second > LAST_SECOND) second = LAST_SECOND;
  if (offset === 0) return second;
  const limit = LAST_SECOND as i64;
  const shifted = (second as i64) + (offset < -limit ? -limit : offset > limit ? limit : offset);
  return shifted < 0 ? 0 : min(shifted as u64, LAST_SECOND);
}

/** The part below a second, in nanoseconds. */
export function nanosOf(ticks: u64, resolution: u32): u64 {
  const exponent = resolution & 0x7f;
  if ((resolution & 0x80) !== 0) {
    if (exponent >= 64) return 0;
    const fraction = ticks & ((1 << (exponent as u64)) - 1);
    if (exponent <= 32) return (fraction * 1000000000) >> (exponent as u64);
    return ((fraction >> ((exponent - 32) as u64)) * 1000000000) >> 32;
  }
  if (resolution === 6) return (ticks % 1000000) * 1000;
  if (resolution === 9) return ticks % 1000000000;
  if (exponent >= 20) return 0;
  const fraction = ticks % powerOfTen(exponent);
  return exponent <= 9 ? fraction * powerOfTen(9 - exponent) : fraction / powerOfTen(exponent - 9);
}
