import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';

/** What kept the event loop of this process busy; ms each. */
export interface LoopFacts {
  readonly p99: number;
  readonly longest: number;
  /** CPU time of the main thread in its busiest step: what is left of `longest` where other processes want the CPU, too. Null where the system does not tell. */
  readonly longestCpu: number | null;
  /** Share of the time in which the main thread had work and other threads or processes had the CPUs; null as above. */
  readonly waited: number | null;
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
  const begin = mainThread();
  const began = performance.now();
  let before = begin.cpu;
  let longestCpu = 0;
  const timer = setInterval(() => {
    const now = mainThread().cpu;
    longestCpu = Math.max(longestCpu, now - before);
    before = now;
  }, resolution);
  return () => {
    delay.disable();
    collections.disconnect();
    clearInterval(timer);
    const waited = (mainThread().waited - begin.waited) / (performance.now() - began);
    return {
      p99: delay.percentile(99) / 1e6,
      longest: delay.max / 1e6,
      longestCpu: Number.isNaN(before) ? null : longestCpu,
      waited: Number.isNaN(waited) ? null : waited,
      longestCollection,
    };
  };
}

/** CPU time of the main thread, and the time that it waited for a CPU, ms; NaN where the system does not tell. */
function mainThread(): { readonly cpu: number; readonly waited: number } {
  try {
    const [cpu, waited] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ');
    return { cpu: Number(cpu) / 1e6, waited: Number(waited) / 1e6 };
  } catch {
    return { cpu: Number.NaN, waited: Number.NaN };
  }
}
