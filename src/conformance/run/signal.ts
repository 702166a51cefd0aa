/** Wakes whoever waits for something to happen. */
export interface Signal {
  notify(): void;
  /** How often it was notified so far. */
  readonly count: number;
  /** Resolves at the next `notify`, at once where there was one since the count was `since`, or after so long. */
  wait(ms: number, since?: number): Promise<void>;
}

export function createSignal(): Signal {
  let waiting: (() => void)[] = [];
  let count = 0;
  return {
    notify() {
      count += 1;
      if (waiting.length === 0) return;
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
    get count() {
      return count;
    },
    wait: (ms, since = count) =>
      new Promise((resolve) => {
        if (count !== since) {
          resolve();
          return;
        }
        const timer = setTimeout(wake, ms);
        function wake(): void {
          clearTimeout(timer);
          resolve();
        }
        waiting.push(wake);
      }),
  };
}
