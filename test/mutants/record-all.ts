import { compats } from '../../src/kube/compat.js';
import { typescriptAgent } from '../agents/example-agents.js';
import { callMutants } from './call-mutants.js';
import { type CallResult, failedRules, judgeMutants } from './judge-calls.js';
import { recordAgent } from './record-agent.js';
import { recordSync } from './record-sync.js';

export interface CallRun {
  /** Of the reference agent itself; has to be empty. */
  readonly failed: readonly string[];
  readonly results: readonly CallResult[];
}

/** Records the reference agent in every compat that matters, and judges it and the mutants of its calls. */
export async function judgeAllCalls(): Promise<readonly CallRun[]> {
  const agent = await typescriptAgent.prepare();
  const command = 'command' in agent ? agent.command : [];
  const runs: CallRun[] = [];
  for (const [of, recordings] of [
    ['upload', await Promise.all(compats.map((compat) => recordAgent(compat, command)))],
    // The document does not know of it.
    ['sync', await Promise.all((['v6.5', 'v7'] as const).map((compat) => recordSync(compat, command)))],
  ] as const) {
    const mutants = callMutants.filter((mutant) => (mutant.of ?? 'upload') === of);
    for (const recording of recordings) {
      runs.push({ failed: await failedRules(recording), results: await judgeMutants(recording, mutants) });
    }
  }
  return runs;
}
