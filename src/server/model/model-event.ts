/** Something that happened to a model within a call: most of it open Push streams have to tell their agents. */
export type ModelEvent =
  /** The configuration of a group is another one, or its agents are. @param group lcuuid */
  | { readonly kind: 'group'; readonly group: string }
  /** NICs and addresses, or the cluster's number, are others. @param clusterId "": of agents without a cluster */
  | { readonly kind: 'platform'; readonly clusterId: string }
  | { readonly kind: 'seat'; readonly clusterId: string }
  /** One agent was changed or deleted. @param agent "ctrl_ip-ctrl_mac" */
  | { readonly kind: 'agent'; readonly agent: string }
  /** What agents are told of a cluster has to be made anew: `ServerModel.catchUp` does it piece by piece. */
  | { readonly kind: 'behind' };
