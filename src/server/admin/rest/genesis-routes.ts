import type { SavedGenesis } from '../../model/saved-state.js';
import { failure, notFound, type RestAnswer, success } from './envelope.js';
import { kubernetesInfo } from './kubernetes-info.js';
import type { RestModel } from './rest-model.js';
import type { RestRoute } from './rest-route.js';
import { restTime } from './rest-time.js';

/** Views of the real server's insides, of which there are none here. */
const unplayed = [
  { path: '/v1/tasks/:lcuuid/', what: 'cloud task' },
  { path: '/v1/kubernetes-gather-info/:lcuuid/', what: 'kubernetes gather' },
  { path: '/v1/recorders/:lcuuid/:subDomain/cache/', what: 'recorder cache' },
];

/** What the server holds of what agents said, for those who look for a fault. */
export const genesisRoutes: readonly RestRoute[] = [
  {
    method: 'GET',
    path: '/v1/kubernetes-info/:cluster/',
    handle: async (call, model) => {
      const snapshot = await model.views.snapshotJson(call.param('cluster'));
      return snapshot === null
        ? failure('FAIL', `no vtap report cluster id: ${call.param('cluster').slice(0, 256)}`)
        : kubernetesInfo(snapshot);
    },
  },
  {
    method: 'GET',
    path: '/v1/agent-stats/:id/',
    handle: async (call, model) => {
      const agent = model.agents().find(({ id }) => String(id) === call.param('id'));
      if (agent === undefined) return notFound('vtap', call.param('id'));
      const stored = model.cluster(agent.clusterId, model.now())?.stored ?? null;
      const genesis = model.saved().memory.genesis.find((each) => each.agent === `${agent.ctrlIp}-${agent.ctrlMac}`);
      return success({
        ID: agent.id,
        IP: agent.ctrlIp,
        K8S_CLUSTER_ID: agent.clusterId,
        K8S_VERSION: stored === null ? '0' : stored.version.toString(),
        K8S_LAST_SEEN: restTime(stored?.time ?? 0),
        SYNC_VERSION: genesis?.version ?? '0',
        SYNC_LAST_SEEN: restTime(genesis?.heard ?? 0),
      });
    },
  },
  {
    method: 'GET',
    path: '/v1/sync/:type/',
    handle: async (call, model) => syncList(call.param('type'), model),
  },
  {
    method: 'GET',
    path: '/v1/info/:lcuuid/',
    handle: (call, model) => cloudInfo(model, call.param('lcuuid')),
  },
  {
    method: 'GET',
    path: '/v1/trigger-domain/:lcuuid/',
    handle: async (call, model) => {
      const domain = model.domains().find(({ lcuuid }) => lcuuid === call.param('lcuuid'));
      if (domain === undefined) return notFound('domain', call.param('lcuuid'));
      return success(null, 'Nothing to do: every upload is taken in at once here.');
    },
  },
  ...unplayed.map(
    ({ path, what }): RestRoute => ({
      method: 'GET',
      path,
      handle: async (call, model) => refuseView(model, call.param('lcuuid'), what),
    }),
  ),
];

function refuseView(model: RestModel, lcuuid: string, what: string): RestAnswer {
  const domain = model.domains().find((each) => each.lcuuid === lcuuid);
  if (domain === undefined) return notFound('domain', lcuuid);
  const instead = `what comes of its cluster's uploads is under /v1/info/${lcuuid}/ and /v1/kubernetes-info/${domain.clusterId}/`;
  return failure('FAIL', `domain (${lcuuid}) has no ${what} here: ${instead}`);
}

/** The inventory of the domain's cluster. Its JSON may be large: it is passed on as it came. */
async function cloudInfo(model: RestModel, lcuuid: string): Promise<RestAnswer | Response> {
  const domain = model.domains().find((each) => each.lcuuid === lcuuid);
  if (domain === undefined) return notFound('domain', lcuuid);
  const inventory = await model.views.inventoryJson(domain.clusterId);
  if (inventory === null) return failure('FAIL', `no vtap report cluster id: ${domain.clusterId}`);
  const head = Buffer.from('{"OPT_STATUS":"SUCCESS","DESCRIPTION":"","DATA":');
  const body = Buffer.concat([head, inventory, Buffer.from('}')]);
  return new Response(body as Uint8Array<ArrayBuffer>, { headers: { 'content-type': 'application/json' } });
}

const empty = ['vm', 'vpc', 'host', 'lldp', 'port', 'network', 'vip'];

function syncList(type: string, model: RestModel): RestAnswer {
  if (empty.includes(type)) return success([], `Agents of Kubernetes report no ${type}.`);
  const { genesis } = model.saved().memory;
  switch (type) {
    case 'vinterface':
      return success(genesis.flatMap(vinterfaces));
    case 'ip':
      return success(genesis.flatMap((each) => vinterfaces(each).flatMap(ipsOf)));
    case 'process':
      return success(genesis.flatMap(processes));
    default: {
      const known = [...empty, 'vinterface', 'ip', 'process'].sort().join(', ');
      return failure('INVALID_PARAMETERS', `type (${type.slice(0, 80)}) is not supported, expected one of ${known}`);
    }
  }
}

function vinterfaces({ agent, clusterId, heard, nics }: SavedGenesis) {
  return nics.map(({ name, mac, ips, device, netns }) => ({
    NAME: name,
    MAC: mac,
    IPS: ips.map(({ ip, prefix }) => `${ip}/${prefix}`).join(','),
    TAP_NAME: device,
    NETNS: netns,
    VTAP: agent,
    KUBERNETES_CLUSTER_ID: clusterId,
    LAST_SEEN: restTime(heard),
  }));
}

function ipsOf({ IPS, ...nic }: ReturnType<typeof vinterfaces>[number]) {
  return IPS.split(',')
    .filter((each) => each !== '')
    .map((each) => {
      const [ip = '', length = ''] = each.split('/');
      return { IP: ip, MASKLEN: Number(length), MAC: nic.MAC, VTAP: nic.VTAP, LAST_SEEN: nic.LAST_SEEN };
    });
}

function processes({ agent, heard, processes: found }: SavedGenesis) {
  return found.map(({ pid, name, startTime }) => ({
    PID: pid,
    NAME: name,
    START_TIME: restTime(startTime * 1000),
    VTAP: agent,
    LAST_SEEN: restTime(heard),
  }));
}
