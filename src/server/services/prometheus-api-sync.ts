import { encodeSyncResponse } from '../../wire/call-messages.js';
import { scanSyncRequest } from '../../wire/wire-format.js';
import { answered, type CallOutcome, type ServiceCall, undecodable } from '../model/call-outcome.js';
import { decideAsServer, emptyMemory } from '../model/cluster-memory.js';
import { memoryKey, type ServerState } from '../model/server-state.js';

/** Agents of v6.5 report scrape targets as they report Kubernetes: same fields, same handshake, another memory. */
export function playPrometheusApiSync(state: ServerState, call: ServiceCall): CallOutcome {
  const scan = scanSyncRequest(call.request);
  if (scan.malformed !== null) return undecodable(scan.malformed.message);
  const { clusterId, version, errorMsg, agentId, entryCount, teamId } = scan;
  const key = memoryKey(clusterId);
  const before = state.prometheus.get(key) ?? emptyMemory;
  const { memory, answerVersion } = decideAsServer(before, {
    ...{ seq: call.seq, time: call.time, clusterId, version, errorMsg, agentId, entryCount },
    teamKnown: teamId === '' || state.teams.has(teamId),
  });
  if (memory !== before) state.prometheus.set(key, memory);
  return answered(encodeSyncResponse(answerVersion));
}
