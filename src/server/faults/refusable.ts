import { setTimeout as wait } from 'node:timers/promises';

/** An address that can be left for a while. */
export interface Refusable {
  /** Resolves once connections are taken again, or it is closed. The longest of several that overlap counts. */
  refuse(ms: number): Promise<void>;
  /** Nothing listens again afterwards. Resolves once nothing is under way. */
  close(): Promise<void>;
}

export interface RefusableOptions {
  /** Stops listening at once. */
  readonly stop: () => void;
  /** @throws where somebody else has taken the address */
  readonly start: () => Promise<void>;
  readonly onProblem: (message: string, cause: unknown) => void;
}

const retryMs = 100;

export function createRefusable({ stop, start, onProblem }: RefusableOptions): Refusable {
  const closing = new AbortController();
  let until = 0;
  let refusing: Promise<void> | null = null;

  /** Monotonic, ms. */
  const now = (): number => performance.now();

  async function refuseUntilTime(): Promise<void> {
    stop();
    while (now() < until && !closing.signal.aborted) await pause(until - now());
    while (!closing.signal.aborted) {
      try {
        await start();
        return;
      } catch (error) {
        onProblem('The address cannot be listened on again yet', error);
        await pause(retryMs);
      }
    }
  }

  async function pause(ms: number): Promise<void> {
    await wait(ms, undefined, { signal: closing.signal }).catch(() => {
      // Closed meanwhile: whoever waited sees it at the signal.
    });
  }

  return {
    refuse: (ms) => {
      if (closing.signal.aborted) return Promise.resolve();
      until = Math.max(until, now() + ms);
      refusing ??= refuseUntilTime().finally(() => {
        refusing = null;
      });
      return refusing;
    },
    close: async () => {
      closing.abort();
      await refusing;
    },
  };
}
