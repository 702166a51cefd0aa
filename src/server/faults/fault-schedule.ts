import type { ServerFault, ServerWideEffect } from './server-fault.js';
import type { ServerFaults, Stop } from './server-faults.js';

/** A fault with its time; times are ms since the server began. */
export type ScheduledFault =
  /** Strikes calls, from then on. */
  | {
      readonly kind: 'standing';
      readonly fault: ServerFault;
      readonly atMs: number;
      /** Taken back after so long; null: never. */
      readonly forMs: number | null;
    }
  /** Strikes the whole server, then. */
  | { readonly kind: 'once'; readonly id: string; readonly effect: ServerWideEffect; readonly atMs: number };

/** @returns takes back what is still to come, and what stands */
export function startFaultSchedule(
  schedule: readonly ScheduledFault[],
  faults: ServerFaults,
  onProblem: (message: string, cause: unknown) => void,
): Stop {
  const stops = schedule.map((scheduled) => start(scheduled, faults, onProblem));
  return () => {
    for (const stop of stops) stop();
  };
}

function start(
  scheduled: ScheduledFault,
  faults: ServerFaults,
  onProblem: (message: string, cause: unknown) => void,
): Stop {
  if (scheduled.kind === 'once') {
    const { id, effect, atMs } = scheduled;
    return later(atMs, () => {
      faults.apply(effect, id).catch((error: unknown) => onProblem(`The fault ${id} could not be made true`, error));
    });
  }
  const { fault, atMs, forMs } = scheduled;
  let takeBack: Stop = () => {};
  const begin = (): void => {
    takeBack = faults.add(fault);
  };
  // At once where it is for the first call already.
  const cancelBegin = atMs === 0 ? begin() : later(atMs, begin);
  const cancelEnd = forMs === null ? null : later(atMs + forMs, () => takeBack());
  return () => {
    cancelBegin?.();
    cancelEnd?.();
    takeBack();
  };
}

/** Does not keep the process alive. */
function later(ms: number, act: () => void): Stop {
  const until = performance.now() + ms;
  let timer: NodeJS.Timeout;
  const wait = (): void => {
    const rest = until - performance.now();
    // A timer of Node goes off at once where it is told to wait for more than 2^31 - 1 ms.
    timer = setTimeout(rest > longestTimer ? wait : act, Math.min(rest, longestTimer));
    timer.unref();
  };
  wait();
  return () => clearTimeout(timer);
}

const longestTimer = 2 ** 31 - 1;
