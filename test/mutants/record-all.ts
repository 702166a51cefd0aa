import { compats } from '../../src/kube/compat.js';
import { typescriptAgent } from '../agents/example-agents.js';
import { callMutants } from './call-mutants.js';
import { type CallResult, failedRules, judgeMutants } from './judge-calls.js';
import { recordAgent } from './record-agent.js';

export interface CallRun {
  /** Of the reference agent itself; has to be empty. */
  readonly failed: readonly string[];
  readonly results: readonly CallResult[];
}

/** Records the reference agent in every compat, and judges it and the mutants of its calls. */
export async function judgeAllCalls(): Promise<readonly CallRun[]> {
  const agent = await typescriptAgent.prepare();
  const command = 'command' in agent ? agent.command : [];
  const recordings = await Promise.all(compats.map((compat) => recordAgent(compat, command)));
  const runs: CallRun[] = [];
  for (const recording of recordings) {
    runs.push({ failed: await failedRules(recording), results: await judgeMutants(recording, callMutants) });
  }
  return runs;
}
