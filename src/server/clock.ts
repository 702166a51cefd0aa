/** Where the server takes the time from; handed in, so that a run can play days in seconds. */
export interface Clock {
  /** Unix time, ms. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** A clock that can be put forward. */
export interface AdjustableClock extends Clock {
  jump(ms: number): void;
  /** Goes on through jumps as if there were none: for durations. */
  readonly steady: Clock;
}

export function createAdjustableClock(steady: Clock): AdjustableClock {
  let ahead = 0;
  return {
    now: () => steady.now() + ahead,
    jump: (ms) => {
      ahead += ms;
    },
    steady,
  };
}
