import { describe, expect, test } from 'vitest';
import { catalogue } from '../../../src/conformance/catalogue.js';
import { scenarios, scenariosOf } from '../../../src/conformance/scenarios/index.js';

const ids = new Set(catalogue().map(({ id }) => id));

describe('scenarios', () => {
  test('have names of their own', () => {
    expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length);
  });

  test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s is complete', (name, scenario) => {
    expect(name).toMatch(/^[a-z]+(-[a-z0-9]+)*$/);
    expect(scenario.title).toMatch(/[.).]$|RESOURCE_EXHAUSTED\.$/);
    for (const id of [...scenario.judges, ...(scenario.excused ?? [])]) expect(ids).toContain(id);
  });

  test('together judge every rule that calls alone cannot decide', () => {
    const unjudged = catalogue().filter(({ id, scope }) => scope === 'scenario' && scenariosOf(id).length === 0);
    // Looked at in every scenario, by all requests to the Kubernetes API.
    expect(unjudged.map(({ id }) => id)).toEqual(['watch/reads-only']);
  });
});
