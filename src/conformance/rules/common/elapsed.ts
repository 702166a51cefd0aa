import type { Traffic } from '../../traffic.js';

/** Time between two times of the server's clock, ms, without that by which the clock itself was put forward. */
export function elapsed({ faults }: Traffic, from: number, to: number): number {
  let jumped = 0;
  for (const { time, clockJump } of faults) if (from < time && time <= to) jumped += clockJump;
  return to - from - jumped;
}
