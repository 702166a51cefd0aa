import type { ScenarioRule } from '../../rule.js';

/** A rule that scenarios judge. */
export function scenarioRule(rule: Omit<ScenarioRule, 'scope'>): ScenarioRule {
  return { scope: 'scenario', ...rule };
}

export const kubernetesConcepts = 'Kubernetes documentation, API concepts: efficient detection of changes';
