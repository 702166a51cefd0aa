import type { AgentMutant } from './agent-mutant.js';
import { changeMutants } from './agents/change.js';
import { syncMutants } from './agents/sync.js';
import { troubleMutants } from './agents/trouble.js';
import { watchMutants } from './agents/watch.js';

/** All mutants that are agents. */
export const agentMutants: readonly AgentMutant[] = [
  ...changeMutants,
  ...watchMutants,
  ...troubleMutants,
  ...syncMutants,
];
