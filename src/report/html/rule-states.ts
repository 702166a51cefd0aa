import type { ReportedRule } from '../verdict-report.js';
import { type RuleState, ruleState } from '../verdict-words.js';
import { type Markup, markup } from './markup.js';

/** Signs, so that colours only repeat what they say. */
export const stateWords: Readonly<
  Record<RuleState, { readonly sign: string; readonly tone: string; readonly word: string }>
> = {
  failed: { sign: '✗', tone: 'bad', word: 'failed' },
  known: { sign: '~', tone: 'warn', word: 'failed as known' },
  noted: { sign: 'i', tone: 'soft', word: 'noted' },
  passed: { sign: '✓', tone: 'good', word: 'passed' },
  'not-judged': { sign: '·', tone: 'soft', word: 'not judged' },
};

export function stateMark(rule: ReportedRule): Markup {
  const { sign, word } = stateWords[ruleState(rule)];
  return markup`<span class="mark ${toneOfRule(rule)}">${sign} ${word}</span>`;
}

/** Failures of level should are a warning. */
export function toneOfRule(rule: ReportedRule): string {
  const state = ruleState(rule);
  return state === 'failed' && rule.level === 'should' ? 'warn' : stateWords[state].tone;
}

export function scenarioAnchor(name: string): string {
  return `scenario-${encodeURIComponent(name.toWellFormed())}`;
}

export function ruleAnchor(id: string): string {
  return `rule-${encodeURIComponent(id.toWellFormed())}`;
}
