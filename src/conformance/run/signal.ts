/** Wakes whoever waits for something to happen. */
export interface Signal {
  notify(): void;
  /** Resolves at the next `notify`, or after so long. */
  wait(ms: number): Promise<void>;
}

export function createSignal(): Signal {
  let waiting: (() => void)[] = [];
  return {
    notify() {
      if (waiting.length === 0) return;
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
    wait: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(wake, ms);
        function wake(): void {
          clearTimeout(timer);
          resolve();
        }
        waiting.push(wake);
      }),
  };
}
