import type { Verdict } from '../conformance/verdict.js';

/** @param stable leaves out times, so that the same behaviour gives the same bytes */
export function verdictJson(verdict: Verdict, options: { stable: boolean }): string {
  const { times, ...rest } = verdict;
  const report = options.stable || times === undefined ? rest : { ...rest, times };
  return `${JSON.stringify(report, null, 2)}\n`;
}
