import { decodeLines, type StateHeader, stateFormat, whole } from './state-lines.js';
import { applyOp, emptyTables, type StateOp, type StateTables } from './state-tables.js';

export type DecodedStateFile =
  | {
      readonly kind: 'read';
      readonly header: StateHeader;
      readonly tables: StateTables;
      /** Bytes of a last write that was broken off; nobody was answered because of it. */
      readonly tornBytes: number;
    }
  | { readonly kind: 'newer'; readonly version: number }
  | StateFileDamage;

export interface StateFileDamage {
  readonly kind: 'broken';
  /** Bytes that are good. */
  readonly offset: number;
  readonly reason: string;
  /** The state that the file begins with is among them. */
  readonly isWhole: boolean;
}

export function decodeStateFile(content: Buffer): DecodedStateFile {
  const tables = emptyTables();
  let header: StateHeader | null = null;
  let isWhole = false;
  let tornBytes = 0;
  for (const line of decodeLines(content)) {
    const { offset } = line;
    if (line.kind === 'torn' && isWhole) {
      tornBytes = line.bytes;
    } else if (line.kind !== 'line') {
      const reason = line.kind === 'torn' ? 'it ends too early' : `line ${line.line} does not fit its checksum`;
      return { kind: 'broken', offset, reason, isWhole };
    } else if (header === null) {
      header = headerOf(line.value);
      if (header === null) return { kind: 'broken', offset, reason: 'it does not begin as a state file', isWhole };
      if (header.version > stateFormat) return { kind: 'newer', version: header.version };
    } else if (line.value === whole) {
      isWhole = true;
    } else {
      // Its sum fits, so this is what was written.
      for (const op of line.value as readonly StateOp[]) applyOp(tables, op);
    }
  }
  if (header === null || !isWhole)
    return { kind: 'broken', offset: content.length, reason: 'it ends too early', isWhole };
  return { kind: 'read', header, tables, tornBytes };
}

function headerOf(value: unknown): StateHeader | null {
  const isHeader =
    typeof value === 'object' && value !== null && 'format' in value && value.format === 'plumbline-data';
  return isHeader && 'version' in value && typeof value.version === 'number' ? (value as StateHeader) : null;
}
