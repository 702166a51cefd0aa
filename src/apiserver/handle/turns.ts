import { setImmediate as nextTurn } from 'node:timers/promises';

/** Gives way to others on the event loop. */
export interface Turns {
  /** Undefined, or what to wait for where this turn has lasted long enough. */
  pass(): Promise<void> | undefined;
}

const longestMs = 8;

export function createTurns(): Turns {
  let began = performance.now();
  let calls = 0;
  return {
    pass: () => {
      calls += 1;
      if (calls % 16 !== 0 || performance.now() - began < longestMs) return undefined;
      return nextTurn().then(() => {
        began = performance.now();
      });
    },
  };
}
