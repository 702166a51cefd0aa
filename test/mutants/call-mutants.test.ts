import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { withBlock } from '../../docs/generated-block.js';
import { catalogue } from '../../src/conformance/catalogue.js';
import { compats } from '../../src/kube/compat.js';
import { packageFile } from '../../src/wire/package-file.js';
import { agentMutants } from './agent-mutants.js';
import { readAgentResults } from './agent-results.js';
import { callMutants } from './call-mutants.js';
import { knows, mutantsOf } from './judge-calls.js';
import { killOf } from './kill.js';
import { type CallRun, judgeAllCalls } from './record-all.js';
import { mutantBlocks } from './table.js';
import { unbroken } from './unbroken.js';

describe('mutants of recorded calls', () => {
  let runs: readonly CallRun[] = [];

  beforeAll(async () => {
    runs = await judgeAllCalls();
  }, 120_000);

  test('the reference agent, as it was recorded, breaks nothing in any compat', () => {
    expect(runs.map(({ failed }) => failed)).toEqual([[], [], [], [], []]);
  });

  test('each is killed, by its rule and what that rule implies', () => {
    const results = runs.flatMap((run) => run.results);
    expect(results.length).toBeGreaterThan(300);
    const kills = results.map(({ compat, rule, name, failed }) => ({ compat, rule, name, ...killOf(rule, failed) }));
    expect(kills.filter(({ killed, stray }) => !killed || stray.length > 0)).toEqual([]);
  });

  test('every rule that a compat knows is broken by a mutant, or it is said why not', () => {
    const byAgents = new Set(agentMutants.map(({ rule }) => rule));
    const missing = compats.flatMap((compat) => {
      const byCalls = new Set(mutantsOf(compat, callMutants).map(({ rule }) => rule));
      const excepted = new Set(callMutants.flatMap(({ rule, except }) => (except?.[compat] ? [rule] : [])));
      const told = (id: string) => unbroken.some((each) => each.rule === id && (each.compat ?? compat) === compat);
      return catalogue()
        .filter(({ id }) => knows(compat, id) && !byCalls.has(id) && !byAgents.has(id))
        .filter(({ id }) => !excepted.has(id) && !told(id))
        .map(({ id }) => `${id} in ${compat}`);
    });
    expect(missing).toEqual([]);
  });

  test('docs/mutants.md is fresh (npm run mutants writes it)', async () => {
    const callResults = runs.flatMap(({ results }) => results);
    const agentResults = await readAgentResults();
    const document = await readFile(packageFile('docs/mutants.md'), 'utf8');
    for (const block of mutantBlocks({ callMutants, callResults, agentMutants, agentResults, unbroken })) {
      expect(withBlock(document, block), block.name).toBe(document);
    }
  });
});
