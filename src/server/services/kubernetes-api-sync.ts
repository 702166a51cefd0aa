import { encodeSyncResponse } from '../../wire/call-messages.js';
import { scanSyncRequest } from '../../wire/wire-format.js';
import { answered, type CallOutcome, type ServiceCall, undecodable } from '../model/call-outcome.js';
import { decideAsDocument, decideAsServer, emptyMemory, type SyncFacts } from '../model/cluster-memory.js';
import { memoryKey, type ServerState } from '../model/server-state.js';

/** The upload of a cluster's resources. Answered before the entries are looked at, as the real server does it. */
export function playKubernetesApiSync(state: ServerState, call: ServiceCall): CallOutcome {
  const scan = scanSyncRequest(call.request);
  if (scan.malformed !== null) {
    return undecodable(scan.malformed.message, { sync: { scan, answerVersion: null, effect: 'none' } });
  }
  const facts: SyncFacts = {
    seq: call.seq,
    time: call.time,
    clusterId: scan.clusterId,
    version: scan.version,
    errorMsg: scan.errorMsg,
    agentId: scan.agentId,
    entryCount: scan.entryCount,
    teamKnown: scan.teamId === '' || state.teams.has(scan.teamId),
  };
  const key = memoryKey(scan.clusterId);
  const before = state.memories.get(key) ?? emptyMemory;
  const decide = state.traits.needsAgentId ? decideAsServer : decideAsDocument;
  const { memory, answerVersion, effect } = decide(before, facts);
  if (memory !== before) {
    state.memories.set(key, memory);
  }
  return answered(encodeSyncResponse(answerVersion), { sync: { scan, answerVersion, effect } });
}
