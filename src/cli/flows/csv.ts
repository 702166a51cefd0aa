import { type FlowRow, flowColumns } from '../../replay/flow-columns.js';

/** RFC 4180: comma, CRLF, quotes only where a field needs them. */
export const csvHead = `${flowColumns.join(',')}\r\n`;

export function csvLine(row: FlowRow): string {
  return `${flowColumns.map((column) => field(String(row[column]))).join(',')}\r\n`;
}

function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
