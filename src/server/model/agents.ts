/** Agents known by their Sync calls. */
export interface AgentRegistry {
  /**
   * The id of the agent, or null for one that is not registered. A call of an unknown agent registers it behind the
   * answer, so that its next call is answered with an id; an agent that only watches is never registered.
   */
  sync(agent: AgentIdentity & { readonly watchOnly: boolean }): number | null;
  list(): Iterable<RegisteredAgent>;
  size(): number;
}

export interface AgentIdentity {
  readonly ctrlIp: string;
  readonly ctrlMac: string;
}

export interface RegisteredAgent extends AgentIdentity {
  /** 1 to 64,000. */
  readonly id: number;
}

/** Ids end here; later agents stay unregistered. */
const maxAgents = 64_000;

/** @param registered in the order of their ids from 1 */
export function createAgentRegistry(registered: readonly AgentIdentity[] = []): AgentRegistry {
  const byIdentity = new Map<string, RegisteredAgent>();
  for (const [index, { ctrlIp, ctrlMac }] of registered.entries()) {
    byIdentity.set(agentKey({ ctrlIp, ctrlMac }), { id: index + 1, ctrlIp, ctrlMac });
  }
  return {
    sync: ({ ctrlIp, ctrlMac, watchOnly }) => {
      const known = byIdentity.get(agentKey({ ctrlIp, ctrlMac }));
      if (known !== undefined) {
        return known.id;
      }
      const nameless = ctrlIp === '' || ctrlMac === '' || ctrlIp.length + ctrlMac.length > 256;
      if (!watchOnly && !nameless && byIdentity.size < maxAgents) {
        byIdentity.set(agentKey({ ctrlIp, ctrlMac }), { id: byIdentity.size + 1, ctrlIp, ctrlMac });
      }
      return null;
    },
    list: () => byIdentity.values(),
    size: () => byIdentity.size,
  };
}

/** As the server writes it in its table of watchers. */
export function agentKey(agent: AgentIdentity): string {
  return `${agent.ctrlIp}-${agent.ctrlMac}`;
}
