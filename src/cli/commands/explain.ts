import { findRule, nearestRule } from '../../conformance/catalogue.js';
import { levelOf } from '../../conformance/rule-level.js';
import { runExample } from '../../conformance/run-example.js';
import { scenariosOf } from '../../conformance/scenarios/index.js';
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
  if (rule.scope === 'scenario') {
    terminal.out(ruleText(rule, [], terminal.style) + scenarioText(rule.id));
    return ExitCode.Good;
  }
  const compat = rule.example.breaks.compat ?? compats.findLast((one) => levelOf(rule, one) !== null) ?? 'v7';
  const verdict = await runExample(rule.example.breaks, { compat, rules: [rule] });
  const text = ruleText(rule, verdict.rules[0]?.findings.slice(0, 1) ?? [], terminal.style);
  terminal.out(text + scenarioText(rule.id));
  return ExitCode.Good;
}

/** The scenarios that put an agent to it; the rest of them judge what calls show. */
function scenarioText(ruleId: string): string {
  const names = scenariosOf(ruleId);
  if (names.length === 0) return '';
  return `Played in ${names.join(', ')}: plumbline check --scenario ${names[0]} -- COMMAND\n`;
}
