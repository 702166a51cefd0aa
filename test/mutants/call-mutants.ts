import type { CallMutant } from './call-mutant.js';
import { agentSyncMutants } from './calls/agent-sync.js';
import { entryMutants } from './calls/entry.js';
import { fieldMutants } from './calls/fields.js';
import { hazardMutants } from './calls/hazard.js';
import { protocolMutants } from './calls/protocol.js';
import { requestMutants } from './calls/request.js';
import { snapshotMutants } from './calls/snapshot.js';
import { transportMutants } from './calls/transport.js';

/** All mutants that are made of recorded calls. */
export const callMutants: readonly CallMutant[] = [
  ...transportMutants,
  ...requestMutants,
  ...protocolMutants,
  ...entryMutants,
  ...snapshotMutants,
  ...fieldMutants,
  ...hazardMutants,
  ...agentSyncMutants,
];
