import type { Latencies } from './messages.js';

/** Collects how long calls of one kind take. */
export interface LatencyCollector {
  /** Times the call; a failure counts and is not thrown. @returns the answer, or null */
  time<Answer>(call: () => Promise<Answer>): Promise<Answer | null>;
  add(ms: number): void;
  /** Of what came since the last time. */
  take(): Latencies;
  failed(): number;
}

export function createLatencies(): LatencyCollector {
  let values: number[] = [];
  let failed = 0;
  return {
    time: async (call) => {
      const begin = performance.now();
      try {
        const answer = await call();
        values.push(performance.now() - begin);
        return answer;
      } catch {
        failed += 1;
        return null;
      }
    },
    add: (ms) => void values.push(ms),
    failed: () => failed,
    take: () => {
      const sorted = values.toSorted((one, other) => one - other);
      const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
      const taken = { calls: sorted.length, failed, p50: at(0.5), p99: at(0.99), max: at(1) };
      values = [];
      failed = 0;
      return taken;
    },
  };
}
