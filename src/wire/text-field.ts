import { isUtf8 } from 'node:buffer';
import type { ProblemSink } from './problem-list.js';
import type { WireReader } from './wire-reader.js';

/** The payload that `reader` has found, as text: U+FFFD where it is not UTF-8, which is a problem too. */
export function readText(bytes: Buffer, reader: WireReader, name: string, problems: ProblemSink): string {
  const { field, start, stop } = reader;
  if (!isUtf8(bytes.subarray(start, stop))) {
    problems.add({ kind: 'invalid-utf8', offset: start, field, message: `${name} is not UTF-8` });
  }
  return bytes.toString('utf8', start, stop);
}
