import { findRule, nearestRule } from '../../conformance/catalogue.js';
import { levelOf } from '../../conformance/rule-level.js';
import { runExample } from '../../conformance/run-example.js';
import { compats } from '../../kube/compat.js';
import { ruleText } from '../../report/rule-text.js';
import { ExitCode } from '../exit-code.js';
import { PlumblineError } from '../plumbline-error.js';
import type { Terminal } from '../terminal.js';

/** @throws PlumblineError (bad input) for an id that no rule has */
export async function explain(terminal: Terminal, id: string): Promise<ExitCode> {
  const rule = findRule(id);
  if (rule === undefined) {
    const nearest = nearestRule(id);
    throw PlumblineError.badInput(
      `No rule has the id '${id}'.`,
      `${nearest === null ? '' : `Did you mean '${nearest}'? `}'plumbline rules' lists them all.`,
    );
  }
  const compat = rule.example.breaks.compat ?? compats.findLast((one) => levelOf(rule, one) !== null) ?? 'v7';
  const verdict = await runExample(rule.example.breaks, { compat, rules: [rule] });
  terminal.out(ruleText(rule, verdict.rules[0]?.findings.slice(0, 1) ?? [], terminal.style));
  return ExitCode.Good;
}
