import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';

/** What kept the event loop of this process busy; ms each. */
export interface LoopFacts {
  readonly p99: number;
  readonly longest: number;
  /** CPU time of the main thread in its busiest step: what is left of `longest` where other processes want the CPU, too. Null where the system does not tell. */
  readonly longestCpu: number | null;
  /** The longest garbage collection of V8 in one piece. */
  readonly longestCollection: number;
}

const resolution = 5;

/** @returns ends it */
export function watchLoop(): () => LoopFacts {
  let longestCollection = 0;
  const collections = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longestCollection = Math.max(longestCollection, duration);
  });
  collections.observe({ entryTypes: ['gc'] });
  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();
  let before = cpuOfMainThread();
  let longestCpu = 0;
  const timer = setInterval(() => {
    const now = cpuOfMainThread();
    longestCpu = Math.max(longestCpu, now - before);
    before = now;
  }, resolution);
  return () => {
    delay.disable();
    collections.disconnect();
    clearInterval(timer);
    return {
      p99: delay.percentile(99) / 1e6,
      longest: delay.max / 1e6,
      longestCpu: Number.isNaN(before) ? null : longestCpu,
      longestCollection,
    };
  };
}

/** ms; NaN where the system does not tell. */
function cpuOfMainThread(): number {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return Number.NaN;
  }
}
