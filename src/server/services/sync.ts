import { messageType } from '../../wire/protos.js';
import { agentKey } from '../model/agents.js';
import { answered, type CallOutcome, type ServiceCall, undecodable } from '../model/call-outcome.js';
import type { ServerState } from '../model/server-state.js';
import { encodeAgentSyncAnswer, encodeTridentSyncAnswer, type SyncAnswer } from './sync-answer.js';

/**
 * An agent asks for its configuration. On the way it is registered, its cluster's domain is made, and the agent that has
 * to watch Kubernetes is chosen. Platform data, policies and groups are not sent: their versions stay 0.
 */
export function playSync(state: ServerState, call: ServiceCall): CallOutcome {
  const decoded = messageType(`${call.package}.SyncRequest`).tryDecode(call.request);
  if (decoded.message === null) {
    return undecodable(decoded.problem);
  }
  const request = decoded.message;
  const encode = call.package === 'agent' ? encodeAgentSyncAnswer : encodeTridentSyncAnswer;
  const {
    ctrl_ip: ctrlIp = '',
    ctrl_mac: ctrlMac = '',
    kubernetes_cluster_id: clusterId = '',
    team_id: team = '',
  } = request;
  if (team !== '' && !state.teams.has(team)) {
    return answered(encode({ kind: 'failed', revision: request.revision ?? '' }));
  }
  const watchOnly = request.kubernetes_force_watch === true || request.kubernetes_watch_policy === 'KWP_WATCH_ONLY';
  const agentId = state.agents.sync({ ctrlIp, ctrlMac, watchOnly });
  const watches = state.election.elect({
    clusterId,
    agentKey: agentKey({ ctrlIp, ctrlMac }),
    time: call.time,
    watchOnly,
    neverWatches: request.kubernetes_watch_policy === 'KWP_WATCH_DISABLED',
  });
  if (clusterId !== '') {
    state.domains.register(clusterId, request.kubernetes_cluster_name ?? '');
  }
  const answer: SyncAnswer = {
    kind: 'configuration',
    agentId,
    watches,
    inKubernetes: clusterId !== '',
    hostname: request.host ?? '',
    local: call.local ?? { address: '', port: 0 },
    groupConfig: state.groupConfig,
  };
  return answered(encode(answer), { registersCluster: state.domains.has(clusterId) ? clusterId : null });
}
