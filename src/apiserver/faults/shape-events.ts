import type { AnswerSink } from '../request-hook.js';

/** What follows the last event that a watch sends as ever. */
export interface WatchEnding {
  /** At once. */
  readonly now?: (sink: AnswerSink) => void;
  /** In place of the next event. */
  readonly atNext?: (sink: AnswerSink, event: Buffer) => void;
}

/** A watch of which so many events (bookmarks among them) are sent, and then something else. */
export function afterEvents(sink: AnswerSink, events: number, ending: WatchEnding): AnswerSink {
  let left = events;
  let over = false;

  function endNow(): void {
    if (left > 0 || over || ending.now === undefined) return;
    over = true;
    ending.now(sink);
  }

  return {
    get closed() {
      return sink.closed;
    },
    begin: (status, headers) => {
      sink.begin(status, headers);
      // A refusal has no events.
      if (status === 200) endNow();
      else left = Number.POSITIVE_INFINITY;
    },
    write: async (piece) => {
      if (over) return;
      if (left > 0) {
        left -= 1;
        await sink.write(piece);
        endNow();
        return;
      }
      over = true;
      ending.atNext?.(sink, piece);
    },
    end: () => {
      if (!over) sink.end();
    },
    reset: sink.reset,
    resetStream: sink.resetStream,
    silence: sink.silence,
    onClose: sink.onClose,
  };
}
