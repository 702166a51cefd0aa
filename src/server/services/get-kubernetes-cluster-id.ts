import { messageType } from '../../wire/protos.js';
import { answered, type CallOutcome, type ServiceCall, undecodable } from '../model/call-outcome.js';
import { clusterIdOfMd5, md5Problem } from '../model/cluster-id.js';
import type { ServerState } from '../model/server-state.js';

/** An agent inside Kubernetes that was configured without a cluster id asks for one; its domain is made on the way. */
export function playGetKubernetesClusterId(state: ServerState, call: ServiceCall): CallOutcome {
  const request = messageType(`${call.package}.KubernetesClusterIDRequest`).tryDecode(call.request);
  if (request.message === null) {
    return undecodable(request.problem);
  }
  const { ca_md5: md5 = '', kubernetes_cluster_name: name = '' } = request.message;
  const response = messageType(`${call.package}.KubernetesClusterIDResponse`);
  const problem = md5Problem(md5);
  if (problem !== null) {
    return answered(response.encode({ error_msg: problem }));
  }
  const clusterId = clusterIdOfMd5(md5);
  state.domains.register(clusterId, name, call.time);
  const registersCluster = state.domains.has(clusterId) ? clusterId : null;
  return answered(response.encode({ cluster_id: clusterId }), { registersCluster });
}
