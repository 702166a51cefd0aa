import { setTimeout as wait } from 'node:timers/promises';
import type { AnswerSink } from '../request-hook.js';
import { delaySink } from './delayed-sink.js';

/** What was written is on its way after this long, ms; a reset would throw away what is not. */
const leavingMs = 50;

/** Apart by this long, ms, pieces do not travel together. */
const apartMs = 5;

/** So many characters of each piece are split; a list may have millions. */
const splitsOfPiece = 8;

/** In pieces of so many bytes, with a pause behind each. */
export function slowly(sink: AnswerSink, bytes: number, pauseMs: number): AnswerSink {
  return delaySink(sink, async (piece) => {
    for (let at = 0; at < piece.length && !sink.closed; at += bytes) {
      await sink.write(piece.subarray(at, at + bytes));
      await wait(pauseMs);
    }
  });
}

/** Behind the first byte of characters of several bytes a new chunk begins. */
export function splitCharacters(sink: AnswerSink): AnswerSink {
  return delaySink(sink, async (piece) => {
    let at = 0;
    for (const cut of cutsIn(piece)) {
      await sink.write(piece.subarray(at, cut));
      await wait(apartMs);
      at = cut;
    }
    await sink.write(piece.subarray(at));
  });
}

function cutsIn(piece: Buffer): number[] {
  const cuts: number[] = [];
  for (let at = 0; at < piece.length && cuts.length < splitsOfPiece; at++) {
    if ((piece[at] ?? 0) >= 0xc0) cuts.push(at + 1);
  }
  return cuts;
}

/** The connection is reset once so many bytes of the body are on their way. */
export function resetAfter(sink: AnswerSink, bytes: number): AnswerSink {
  let left = bytes;
  return delaySink(sink, async (piece) => {
    await sink.write(piece.subarray(0, left));
    left -= piece.length;
    if (left <= 0) await resetLater(sink);
  });
}

/** The connection is reset before the last bytes of the body, which must come as one piece. */
export function resetBeforeLast(sink: AnswerSink, bytes: number): AnswerSink {
  return delaySink(sink, async (piece) => {
    await sink.write(piece.subarray(0, Math.max(0, piece.length - bytes)));
    await resetLater(sink);
  });
}

async function resetLater(sink: AnswerSink): Promise<void> {
  await wait(leavingMs);
  sink.reset();
}
