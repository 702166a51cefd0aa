import { messageType } from '../../wire/protos.js';
import { answered, type CallOutcome, type ServiceCall, undecodable } from '../model/call-outcome.js';
import type { ServerState } from '../model/server-state.js';

// What the data side of DeepFlow asks its controller. There is none here; whoever asks all the same gets a whole answer.

/** The only organisation. */
const organizationId = 1;

/** An answer that never changes has one version. */
const version = 1;

export function playAnalyzerSync(_state: ServerState, call: ServiceCall): CallOutcome {
  const { message, problem } = messageType('trident.SyncRequest').tryDecode(call.request);
  if (message === null) return undecodable(problem);
  return answered(messageType('trident.SyncResponse').encode({ status: 'SUCCESS', config: { enabled: true } }));
}

/** No label has an id: nobody stores metrics. */
export function playGetPrometheusLabelIds(_state: ServerState, call: ServiceCall): CallOutcome {
  const { message, problem } = messageType('trident.PrometheusLabelRequest').tryDecode(call.request);
  if (message === null) return undecodable(problem);
  return answered(messageType('trident.PrometheusLabelResponse').encode({ version }));
}

/** Empty also in the real server. */
export function playGetPrometheusTargets(_state: ServerState, call: ServiceCall): CallOutcome {
  const { message, problem } = messageType('trident.PrometheusTargetRequest').tryDecode(call.request);
  if (message === null) return undecodable(problem);
  return answered(messageType('trident.PrometheusTargetResponse').encode({ version }));
}

/** Names of what this server has numbers for. */
export function playGetUniversalTagNameMaps(state: ServerState, call: ServiceCall): CallOutcome {
  const { message, problem } = messageType('trident.UniversalTagNameMapsRequest').tryDecode(call.request);
  if (message === null) return undecodable(problem);
  const clusters = [...state.domains.list()].map(({ id, name }) => ({ id, name }));
  return answered(
    messageType('trident.UniversalTagNameMapsResponse').encode({
      version,
      region_map: [{ id: 1, name: 'default' }],
      l3_epc_map: [{ id: 1, name: 'default' }],
      pod_cluster_map: clusters,
      vtap_map: state.agents.list().map(({ id, name }) => ({ id, name })),
    }),
  );
}

export function playGetOrgIds(_state: ServerState, call: ServiceCall): CallOutcome {
  const { message, problem } = messageType('trident.OrgIDsRequest').tryDecode(call.request);
  if (message === null) return undecodable(problem);
  return answered(messageType('trident.OrgIDsResponse').encode({ org_ids: [organizationId], update_time: version }));
}
