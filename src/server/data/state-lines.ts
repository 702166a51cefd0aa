import { crc32 } from 'node:zlib';

/**
 * A state file is lines: eight hexadecimal digits of the CRC-32 of what follows them, a space, JSON. The first line is the
 * header, then come lists of ops that make the state as it was when the file was begun, then the line `"whole"`, then a
 * list of ops for each time that something was written. A line counts whole or not at all.
 */
export const stateFormat = 1;

export interface StateHeader {
  readonly format: 'plumbline-data';
  readonly version: number;
  /** Of the server that wrote it. */
  readonly compat: string;
  /** When the file was begun; Unix time, ms. */
  readonly begun: number;
}

/** Stands behind the state that a file begins with. */
export const whole = 'whole';

export function encodeLine(value: unknown): Buffer {
  const json = JSON.stringify(value);
  return Buffer.from(`${sumOf(json)} ${json}\n`);
}

export type DecodedLine =
  | { readonly kind: 'line'; readonly value: unknown; readonly offset: number }
  /** The file ends within a line, as a writer that is killed leaves it. */
  | { readonly kind: 'torn'; readonly offset: number; readonly bytes: number }
  | { readonly kind: 'damaged'; readonly offset: number; readonly line: number };

/** The last one may be torn or damaged. */
export function* decodeLines(content: Buffer): Generator<DecodedLine> {
  let offset = 0;
  for (let line = 1; offset < content.length; line++) {
    const end = content.indexOf(10, offset);
    const json = end === -1 ? null : checkedJson(content.subarray(offset, end));
    if (json === null) {
      yield isTorn(content.subarray(offset))
        ? { kind: 'torn', offset, bytes: content.length - offset }
        : { kind: 'damaged', offset, line };
      return;
    }
    yield { kind: 'line', value: JSON.parse(json), offset };
    offset = end + 1;
  }
}

/** A write that was broken off leaves a beginning without its end; where the system died, zeros may stand behind it. */
function isTorn(rest: Buffer): boolean {
  const end = rest.indexOf(0);
  return !rest.includes(10) || (end !== -1 && !rest.subarray(0, end).includes(10) && isZero(rest.subarray(end)));
}

function isZero(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0);
}

function checkedJson(line: Buffer): string | null {
  const json = line.toString('utf8', 9);
  return line.length > 9 && line.toString('latin1', 0, 9) === `${sumOf(line.subarray(9))} ` ? json : null;
}

function sumOf(json: string | Buffer): string {
  return crc32(json).toString(16).padStart(8, '0');
}
