import { mix, SPREAD, STIR } from './bytes';

const LAST_FOUR: u64 = 16;

/** The same for both directions: the ends are taken in the order of their value. `ports` as on the wire. */
export function hashOfEnds(src: u64, dst: u64, ports: u32, protocol: u32, tapMac: u64, nic: u64): u32 {
  const a = src + (((ports & 0xffff) as u64) << 32);
  const b = dst + (((ports >> 16) as u64) << 32);
  const low = min(a, b);
  const high = max(a, b);
  const rest = ((protocol as u64) << 48) ^ (tapMac >> LAST_FOUR) ^ nic;
  return mix(mix(low ^ (rest * SPREAD)) + high * STIR) as u32;
}
