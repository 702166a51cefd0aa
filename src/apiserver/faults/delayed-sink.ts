import type { AnswerSink } from '../request-hook.js';

/**
 * A sink whose steps may take time. They are made true one after the other, also where the server does not wait for a
 * piece before it ends the answer.
 *
 * @param write in place of writing a piece
 */
export function delaySink(sink: AnswerSink, write: (piece: Buffer) => Promise<void>): AnswerSink {
  let last: Promise<void> = Promise.resolve();
  return {
    get closed() {
      return sink.closed;
    },
    begin: sink.begin,
    write: (piece) => {
      last = last.then(() => write(piece));
      return last;
    },
    end: () => {
      last = last.then(() => sink.end());
    },
    reset: sink.reset,
    resetStream: sink.resetStream,
    silence: sink.silence,
    onClose: sink.onClose,
  };
}
