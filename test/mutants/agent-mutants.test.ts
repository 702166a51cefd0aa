import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../fixtures/cluster/index.js';
import { findRule } from '../../src/conformance/catalogue.js';
import { findScenario } from '../../src/conformance/scenarios/index.js';
import { packageFile } from '../../src/wire/package-file.js';
import { type AgentMutant, mutantDigest, mutantId } from './agent-mutant.js';
import { agentMutants } from './agent-mutants.js';
import { readAgentResults } from './agent-results.js';
import { killOf } from './kill.js';
import { patched } from './patched-agent.js';
import { runAgents, runReference } from './run-agents.js';

const sampleSize = 15;
/** Another one chooses other mutants. */
const seed = Number(process.env.PLUMBLINE_MUTANT_SEED ?? 1);

describe('mutants of the agent', () => {
  test('have ids of their own, rules that exist, and scenarios that are played', () => {
    expect(new Set(agentMutants.map(mutantId)).size).toBe(agentMutants.length);
    for (const { rule, scenario } of agentMutants) {
      expect(findRule(rule)?.id).toBe(rule);
      expect(findScenario(scenario)?.name).toBe(scenario);
    }
  });

  test.each(agentMutants.map((mutant) => [mutantId(mutant), mutant] as const))('%s can be made', async (_, mutant) => {
    for (const patch of mutant.patches) {
      const text = await readFile(packageFile(`dist/examples/agents/typescript/${patch.file}`), 'utf8');
      expect(patched(text, patch)).not.toBe(text);
    }
  });

  test('a patch that misses is told', () => {
    const patch = { file: 'agent.js', find: 'one', replace: 'two' };
    expect(() => patched('none', { ...patch, find: 'absent' })).toThrow('it stands there 0 times');
    expect(() => patched('one and one', patch)).toThrow('it stands there 2 times');
  });

  test('were all killed when they were run last (npm run mutants)', async () => {
    const results = await readAgentResults();
    const known = new Map(results.map((result) => [result.id, result]));
    const survivors = agentMutants.filter((mutant) => {
      const result = known.get(mutantId(mutant));
      if (result?.digest !== mutantDigest(mutant)) return true;
      const { killed, stray } = killOf(mutant.rule, result.failed);
      return !killed || stray.length > 0;
    });
    expect(survivors.map(mutantId)).toEqual([]);
    expect(results).toHaveLength(agentMutants.length);
  });

  test(`a sample of ${sampleSize} is killed, and the reference agent fails nothing in their scenarios (seed ${seed})`, async () => {
    const sample = drawSample();
    expect(await runReference(sample)).toEqual([]);
    const results = await runAgents(sample, { jobs: 2 });
    const kills = results.map(({ id, failed }) => ({ id, ...killOf(id.slice(0, id.indexOf(':')), failed) }));
    expect(kills).toHaveLength(sampleSize);
    expect(kills.filter(({ killed, stray }) => !killed || stray.length > 0)).toEqual([]);
  }, 600_000);
});

/** Of those whose scenarios do not wait for timeouts of a minute. */
function drawSample(): AgentMutant[] {
  const random = createRandom(seed);
  const pool = agentMutants.filter(({ scenario }) => findScenario(scenario)?.profile !== 'long');
  return Array.from({ length: sampleSize }, () => pool.splice(random.below(pool.length), 1)).flat();
}
