import { globMatcher } from '../../conformance/catalogue.js';
import type { Rule } from '../../conformance/rule.js';
import { levelOf } from '../../conformance/rule-level.js';
import { type Profile, profiles, type Scenario } from '../../conformance/run/scenario.js';
import { scenarios } from '../../conformance/scenarios/index.js';
import type { Compat } from '../../kube/compat.js';
import { PlumblineError } from '../plumbline-error.js';

export interface ScenarioChoice {
  readonly compat: Compat;
  readonly profile: Profile;
  /** Globs; those that are named are played whatever the profile. */
  readonly scenario: readonly string[];
  /** Globs of rules: only scenarios that can judge one of them are played. */
  readonly rule: readonly string[];
}

/** What calls alone show can be judged in these. */
const everyday: ReadonlySet<string> = new Set(['first-snapshot', 'quiet-period']);

/** @throws PlumblineError (bad input) for a name that is none */
export function chosenScenarios(choice: ScenarioChoice, rules: readonly Rule[]): readonly Scenario[] {
  if (choice.scenario.length > 0) return namedScenarios(choice.scenario);
  const rank = profiles.indexOf(choice.profile);
  const known = new Set(rules.filter((rule) => levelOf(rule, choice.compat) !== null).map(({ id }) => id));
  const ofProfile = scenarios.filter(
    ({ name, profile, judges }) =>
      profiles.indexOf(profile) <= rank && (everyday.has(name) || judges.some((id) => known.has(id))),
  );
  if (choice.rule.length === 0) return ofProfile;
  const wanted = new Set(rules.map(({ id }) => id));
  const byCalls = rules.some(({ scope }) => scope !== 'scenario');
  return ofProfile.filter(({ name, judges }) => judges.some((id) => wanted.has(id)) || (byCalls && everyday.has(name)));
}

function namedScenarios(patterns: readonly string[]): readonly Scenario[] {
  const matchers = patterns.map((pattern) => ({ pattern, matches: globMatcher(pattern) }));
  for (const { pattern, matches } of matchers) {
    if (scenarios.some(({ name }) => matches(name))) continue;
    const names = scenarios.map(({ name }) => name).join(', ');
    throw PlumblineError.badInput(`--scenario '${pattern}' names no scenario.`, `There are: ${names}.`);
  }
  return scenarios.filter(({ name }) => matchers.some(({ matches }) => matches(name)));
}
