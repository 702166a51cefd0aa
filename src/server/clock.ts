/** Where the server takes the time from; handed in, so that a run can play days in seconds. */
export interface Clock {
  /** Unix time, ms. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
