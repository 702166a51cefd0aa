import { describe, expect, it } from 'vitest';
import { chosenScenarios, type ScenarioChoice } from '../../../src/cli/check/chosen-scenarios.js';
import { catalogue } from '../../../src/conformance/catalogue.js';

const choice: ScenarioChoice = { compat: 'v7', profile: 'full', scenario: [], rule: [] };
const names = (more: Partial<ScenarioChoice>, rules = catalogue()) =>
  chosenScenarios({ ...choice, ...more }, rules).map(({ name }) => name);

describe('the scenarios of a run', () => {
  it('can judge a rule that the compat knows', () => {
    expect(names({})).toContain('seat-lost');
    expect(names({ compat: 'doc' })).not.toContain('seat-lost');
    expect(names({ compat: 'doc' })).toEqual(expect.arrayContaining(['first-snapshot', 'quiet-period']));
  });

  it('are those that are named, whatever profile and compat say', () => {
    expect(names({ compat: 'doc', profile: 'quick', scenario: ['seat-*'] })).toEqual(['seat-lost']);
  });
});
