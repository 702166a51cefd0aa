import { createGzip } from 'node:zlib';
import type { AnswerSink } from '../request-hook.js';

/** Compresses all that is written; `begin` must have said so in its headers. */
export function createGzipSink(sink: AnswerSink): Pick<AnswerSink, 'write' | 'end'> {
  const gzip = createGzip({ level: 1 });
  const waiting: (() => void)[] = [];
  const resume = () => {
    for (const each of waiting.splice(0)) each();
  };
  gzip.on('drain', resume);
  gzip.on('data', (piece: Buffer) => {
    gzip.pause();
    void sink.write(piece).then(() => gzip.resume());
  });
  gzip.on('end', () => sink.end());
  sink.onClose(() => {
    gzip.destroy();
    resume();
  });
  return {
    write: (piece) => {
      if (sink.closed || gzip.write(piece)) return Promise.resolve();
      return new Promise((done) => waiting.push(done));
    },
    end: () => {
      if (!sink.closed) gzip.end();
    },
  };
}
