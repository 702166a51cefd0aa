import { z } from 'zod';
import { findingText, type Generation, generations } from '../../agent-config/group-configuration.js';
import { groupSettings } from '../../agent-config/group-settings.js';
import type { GivenSettings } from '../../agent-config/parse-settings.js';
import type { ClusterResources } from '../../platform/cluster-resources.js';
import type { ServedNic } from '../../platform/served-macs.js';
import { PlumblineError } from '../plumbline-error.js';
import { fetchCluster, fetchView } from '../serve-client.js';
import { resourcesOf } from './read-resources.js';

/** What a running `plumbline serve` gives a replay. */
export interface ServerFacts {
  /** Where it is from, for messages. */
  readonly url: string;
  /** The objects of the snapshot that it holds; null where it holds none and a group was asked for. */
  readonly resources: ClusterResources | null;
  /** NICs as agents of the cluster are told of them; null as above. */
  readonly nics: readonly ServedNic[] | null;
  /** What agents of the group read. */
  readonly settings: GivenSettings;
  /** The group was named: then its settings count for more than those of the site. */
  readonly groupIsNamed: boolean;
}

export interface ServerChoice {
  readonly server: string;
  /** Its id; may be left out where the server knows one. */
  readonly cluster: string | undefined;
  /** Name or short id; default: the group "default". */
  readonly group: string | undefined;
}

/** @throws PlumblineError as `fetchCluster`; (bad input) where there is no such group */
export async function serverFacts(choice: ServerChoice, warn: (text: string) => void): Promise<ServerFacts> {
  const { server, group } = choice;
  const configuration = await groupConfiguration(server, group, warn);
  const held = await heldCluster(choice, warn);
  if (held === null) {
    return { ...configuration, resources: null, nics: null, groupIsNamed: group !== undefined };
  }
  const { url, clusterId, json } = held;
  warn(`${url}: names and tags come from the snapshot of cluster '${clusterId}'.\n`);
  const { clusters } = await fetchView(server, `api/platform?cluster=${encodeURIComponent(clusterId)}`, platformView);
  const nics = clusters.flatMap(({ interfaces }) => interfaces);
  return { ...configuration, resources: resourcesOf([json], url, warn), nics, groupIsNamed: group !== undefined };
}

/** Whoever asks for a group may do without a snapshot. */
async function heldCluster({ server, cluster, group }: ServerChoice, warn: (text: string) => void) {
  try {
    return await fetchCluster(server, 'snapshot', cluster, '--server-cluster');
  } catch (error) {
    if (group === undefined || cluster !== undefined || !(error instanceof PlumblineError)) throw error;
    warn(`${error.message} Only the configuration of the group is taken from it.\n`);
    return null;
  }
}

async function groupConfiguration(server: string, wanted: string | undefined, warn: (text: string) => void) {
  const { compat } = await fetchView(server, 'api/status', statusView);
  const { groups, url } = await fetchView(server, 'api/groups', groupsView);
  const name = wanted ?? 'default';
  const group = groups.find((each) => each.name === name || each.shortId === name);
  if (group === undefined) {
    const names = groups.map((each) => each.name).join(', ');
    throw PlumblineError.badInput(`The server at ${url} has no agent group '${name}'.`, `Its groups are ${names}.`);
  }
  const own: Generation = compat === 'v7' ? 'v7' : 'v6.5';
  const generation = [own, ...generations].find((each) => group.configurations[each] !== undefined);
  const yaml = generation === undefined ? undefined : group.configurations[generation]?.yaml;
  if (generation === undefined || yaml === undefined) {
    if (wanted !== undefined) warn(`${url}: the agent group '${name}' has no configuration: defaults count.\n`);
    return { url, settings: {} };
  }
  const { given, findings } = groupSettings(yaml, generation);
  warn(`${url}: agent configuration comes from the group '${name}' (${generation}).\n`);
  for (const finding of findings) warn(`${url}: group '${name}', ${findingText(finding)}\n`);
  return { url, settings: given };
}

const statusView = z.object({ compat: z.string() });

const configurationView = z.object({ yaml: z.string() });
const groupsView = z.object({
  groups: z.array(
    z.object({
      name: z.string(),
      shortId: z.string(),
      configurations: z.object({ v7: configurationView.optional(), 'v6.5': configurationView.optional() }),
    }),
  ),
});

const platformView = z.object({
  clusters: z.array(
    z.object({
      interfaces: z.array(
        z.object({
          owner: z.object({ type: z.enum(['node', 'pod', 'host']), name: z.string() }),
          nic: z.string(),
          mac: z.string(),
          ips: z.array(z.object({ ip: z.string() })),
        }),
      ),
    }),
  ),
});
