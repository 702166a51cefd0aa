/**
 * Keeps whoever makes messages from making them faster than they are taken: made too early, they only wait as bytes that
 * each garbage collection has to look at.
 */
export interface Pace {
  /** A message is under way from now on. @returns tells that it was taken, or never will be */
  began(bytes: number): () => void;
  isOpen(): boolean;
  /** Calls back once, as soon as it is open. The last caller alone is called. */
  whenOpen(act: () => void): void;
  close(): void;
}

export interface PaceOptions {
  /** All that may be under way at once, bytes. */
  readonly bytes: number;
  /** Of what began within the last `lateMs`, bytes: a reader who takes longer than that keeps others waiting no more. */
  readonly promptBytes: number;
  readonly lateMs: number;
  /** Steady, ms. */
  readonly now: () => number;
}

interface Underway {
  readonly bytes: number;
  readonly since: number;
  state: 'prompt' | 'late' | 'taken';
}

export function createPace({ bytes, promptBytes, lateMs, now }: PaceOptions): Pace {
  /** In the order in which they began, from `first` on; messages behind that may have been taken. */
  let queue: Underway[] = [];
  let first = 0;
  let held = 0;
  let prompt = 0;
  let waiting: (() => void) | null = null;
  let timer: NodeJS.Timeout | null = null;

  function passLate(): void {
    const late = now() - lateMs;
    for (let next = queue[first]; next !== undefined; next = queue[first]) {
      if (next.state === 'prompt' && next.since > late) break;
      if (next.state === 'prompt') {
        next.state = 'late';
        prompt -= next.bytes;
      }
      first += 1;
    }
    if (first * 2 > queue.length) {
      queue = queue.slice(first);
      first = 0;
    }
  }

  function isOpen(): boolean {
    passLate();
    return held === 0 || (held < bytes && prompt < promptBytes);
  }

  function stopTimer(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  }

  function look(): void {
    if (waiting === null) return;
    stopTimer();
    if (isOpen()) {
      const act = waiting;
      waiting = null;
      act();
      return;
    }
    const oldest = queue[first];
    if (oldest !== undefined) timer = setTimeout(look, Math.max(1, oldest.since + lateMs - now())).unref();
  }

  return {
    began: (size) => {
      const message: Underway = { bytes: size, since: now(), state: 'prompt' };
      queue.push(message);
      held += size;
      prompt += size;
      return () => {
        if (message.state === 'taken') return;
        if (message.state === 'prompt') prompt -= size;
        message.state = 'taken';
        held -= size;
        look();
      };
    },
    isOpen,
    whenOpen: (act) => {
      waiting = act;
      look();
    },
    close: () => {
      waiting = null;
      stopTimer();
    },
  };
}
