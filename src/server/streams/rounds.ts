import type { Pace } from './pace.js';

/** Acts on many things, soon and without holding the event loop up. */
export interface Rounds<Thing> {
  /** Added once for each time that it is to be acted on. */
  add(thing: Thing): void;
  close(): void;
}

export interface RoundsOptions<Thing> {
  /** Between the begins of two rounds, ms. What comes meanwhile waits for the next one. */
  readonly roundMs: number;
  readonly act: (thing: Thing) => void;
  /** While it is closed, nothing is acted on. */
  readonly pace: Pick<Pace, 'isOpen' | 'whenOpen'>;
  readonly onProblem: (message: string, cause: unknown) => void;
}

/** Work between two turns of the event loop, ms. */
const sliceMs = 5;

/** A first thing begins a round in the same turn of the loop; all of a round is acted on slice by slice. */
export function createRounds<Thing>({ roundMs, act, pace, onProblem }: RoundsOptions<Thing>): Rounds<Thing> {
  let waiting: Thing[] = [];
  let began = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | null = null;
  let running = false;
  let closed = false;

  function schedule(): void {
    if (timer !== null || running || closed || waiting.length === 0) return;
    timer = setTimeout(begin, Math.max(0, began + roundMs - performance.now()));
    timer.unref();
  }

  function begin(): void {
    timer = null;
    running = true;
    began = performance.now();
    const round = waiting;
    waiting = [];
    slice(round, 0);
  }

  function slice(round: readonly Thing[], from: number): void {
    const start = performance.now();
    const until = start + sliceMs;
    let next = from;
    while (next < round.length && !closed && performance.now() < until && pace.isOpen()) {
      try {
        act(round[next] as Thing);
      } catch (error) {
        onProblem('Telling a change failed', error);
      }
      next += 1;
    }
    if (next < round.length && !closed) {
      const rest = performance.now() - start;
      pace.whenOpen(() => {
        timer = setTimeout(() => {
          timer = null;
          slice(round, next);
        }, rest);
      });
      return;
    }
    running = false;
    schedule();
  }

  return {
    add: (thing) => {
      waiting.push(thing);
      schedule();
    },
    close: () => {
      closed = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
