import type { ReportedRule, VerdictReport } from '../verdict-report.js';
import { byFamily, knownText, type RuleFacts, type RuleState, ruleState } from '../verdict-words.js';
import { type Markup, markup } from './markup.js';
import { ruleAnchor, stateMark, stateWords } from './rule-states.js';

/** Every rule, family by family. The filter appears where scripts run. */
export function ruleTable(report: VerdictReport, facts: ReadonlyMap<string, RuleFacts>): Markup {
  const families = [...byFamily(report.rules)].map(
    ([family, rules]) =>
      markup`<tr class="family"><th scope="rowgroup" colspan="4">${family}</th></tr>${rules.map((rule) => row(rule, facts.get(rule.id)))}`,
  );
  const head = ['', 'rule', 'level', 'what is demanded'].map((name) => markup`<th scope="col">${name}</th>`);
  return markup`<section id="rules" class="scroll"><h2>Rules</h2>${filter()}<table><thead><tr>${head}</tr></thead><tbody>${families}</tbody></table></section>`;
}

function filter(): Markup {
  const boxes = (Object.keys(stateWords) as RuleState[]).map((state) => {
    const { sign, word } = stateWords[state];
    return markup`<label><input type="checkbox" value="${state}" checked> ${sign} ${word}</label>`;
  });
  return markup`<form class="filter" hidden><label>Filter <input type="search" placeholder="word of a rule"></label>${boxes}</form>`;
}

function row(rule: ReportedRule, facts: RuleFacts | undefined): Markup {
  const { id, level, reason, status } = rule;
  const name = status === 'failed' ? markup`<a href="#${ruleAnchor(id)}">${id}</a>` : markup`${id}`;
  const note =
    status === 'not-judged'
      ? `not judged: ${reason ?? ''}`
      : ruleState(rule) === 'known'
        ? `known: ${knownText(rule)}`
        : '';
  return markup`<tr data-state="${ruleState(rule)}"><td class="tight">${stateMark(rule)}</td><td class="tight">${name}</td><td class="tight">${level ?? '-'}</td><td>${facts?.demand ?? ''}${note === '' ? null : markup` <span class="soft">${note}</span>`}</td></tr>`;
}
