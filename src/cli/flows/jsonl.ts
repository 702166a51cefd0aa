import type { FlowRow } from '../../replay/flow-columns.js';

/** One JSON object and a line feed; 64-bit numbers as decimal text, which no reader rounds. */
export function jsonLine(row: FlowRow): string {
  return `${JSON.stringify(row, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))}\n`;
}
