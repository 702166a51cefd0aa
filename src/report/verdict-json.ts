import type { VerdictReport } from './verdict-report.js';

/** The report for programs; docs/schemas/check-report.schema.json has its shape. */
export function verdictJson(report: VerdictReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
