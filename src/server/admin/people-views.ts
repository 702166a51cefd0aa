import {
  type ConfigurationFinding,
  checkConfiguration,
  type Generation,
  generations,
} from '../../agent-config/group-configuration.js';
import type { AgentGroup, GroupConfiguration } from '../model/agent-groups.js';
import type { ServerModel } from '../model/server-model.js';
import type { RestModel } from './rest/rest-model.js';

/** What the server knows, for people and for `replay --server`. Plain JSON. */
export interface PeopleViews {
  groups(): Promise<object>;
  agents(): object;
  seats(): object;
  /** @param cluster its id; null for all */
  platform(cluster: string | null): object;
}

export function createPeopleViews(rest: RestModel, model: Pick<ServerModel, 'platform'>): PeopleViews {
  /** A changed configuration is another object. */
  const checked = new WeakMap<GroupConfiguration, readonly ConfigurationFinding[]>();

  async function findingsOf(configuration: GroupConfiguration, generation: Generation) {
    const known = checked.get(configuration);
    if (known !== undefined) return known;
    // A large one takes a while: others get their turn first.
    await new Promise((resolve) => setImmediate(resolve));
    const findings = checkConfiguration(configuration.yaml, generation);
    checked.set(configuration, findings);
    return findings;
  }

  async function configurationsOf(group: AgentGroup): Promise<object> {
    const described: Record<string, object> = {};
    for (const generation of generations) {
      const configuration = group.configurations[generation];
      if (configuration === undefined) continue;
      const { yaml, updatedAt } = configuration;
      described[generation] = { yaml, updatedAt, findings: await findingsOf(configuration, generation) };
    }
    return described;
  }

  return {
    groups: async () => {
      const counts = new Map<string, number>();
      for (const { groupLcuuid } of rest.agents()) counts.set(groupLcuuid, (counts.get(groupLcuuid) ?? 0) + 1);
      const groups: object[] = [];
      for (const group of rest.groups()) {
        const { id, lcuuid, shortId, name, updatedAt } = group;
        const agents = counts.get(lcuuid) ?? 0;
        groups.push({
          id,
          lcuuid,
          shortId,
          name,
          updatedAt,
          agents,
          configurations: await configurationsOf(group),
        });
      }
      return { groups };
    },
    agents: () => {
      const groups = new Map(rest.groups().map(({ lcuuid, name, shortId }) => [lcuuid, { name, shortId }]));
      const claims = rest.seats().flatMap((seat) => seat.claims);
      const byAgent = new Map(claims.map((claim) => [claim.agent, claim]));
      return {
        agents: rest.agents().map(({ groupLcuuid, ...agent }) => {
          const claim = byAgent.get(`${agent.ctrlIp}-${agent.ctrlMac}`);
          const seat = claim === undefined ? null : { holds: claim.holds, why: claim.text };
          return { ...agent, group: groups.get(groupLcuuid) ?? null, seat };
        }),
      };
    },
    seats: () => ({ seats: rest.seats() }),
    platform: (cluster) => ({ clusters: cluster === null ? model.platform() : model.platform(cluster) }),
  };
}
