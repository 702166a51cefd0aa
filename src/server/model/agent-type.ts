import type { AgentTypeName } from './agent-record.js';
import type { TapMode } from './server-change.js';

/**
 * What the server makes of an agent. A cluster id makes it one of Kubernetes, whatever else it says. The real server tells
 * a node that is a machine of its own (TT_HOST_POD) from a virtual one by its table of machines; this server has none and
 * takes every node for a virtual one, as the real one does with the nodes of a cluster that it knows by the API alone.
 */
export function agentTypeOf(agent: { readonly clusterId: string; readonly tapMode: TapMode }): AgentTypeName {
  if (agent.clusterId !== '') return 'TT_VM_POD';
  if (agent.tapMode === 2) return 'TT_DEDICATED_PHYSICAL_MACHINE';
  return agent.tapMode === 3 ? 'TT_TUNNEL_DECAPSULATION' : 'TT_PROCESS';
}

/** Agents of these types are upgraded by their image, the others by their executable. */
export function isInKubernetes(type: AgentTypeName): boolean {
  return type === 'TT_HOST_POD' || type === 'TT_VM_POD' || type === 'TT_K8S_SIDECAR';
}
