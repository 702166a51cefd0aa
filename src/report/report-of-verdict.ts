import { maskCommand, maskText } from '../conformance/evidence/mask-secrets.js';
import type { Verdict } from '../conformance/verdict.js';
import type { VerdictReport } from './verdict-report.js';
import { stableVerdict } from './verdict-stable.js';

/**
 * What the writers are given of a verdict. Rules and evidence mask what they show; what the agent itself wrote, and the
 * command that started it, are masked here.
 *
 * @param stable leaves out all that depends on timing
 */
export function reportOfVerdict(verdict: Verdict, { stable }: { readonly stable: boolean }): VerdictReport {
  const { scenarios, run } = verdict;
  const masked: Verdict = {
    ...verdict,
    ...(run === undefined ? {} : { run: { ...run, command: maskCommand(run.command) } }),
    ...(scenarios === undefined
      ? {}
      : {
          scenarios: scenarios.map((scenario) => ({ ...scenario, agentOutput: maskText(scenario.agentOutput) })),
        }),
  };
  return stable ? stableVerdict(masked) : masked;
}
