import { z } from 'zod';
import type { SnapshotFailure } from '../../../kube/inventory.js';
import type { Domain } from '../../model/domain-record.js';
import type { ClusterView } from '../views.js';
import { failure, notFound, type RestAnswer, refusal, success } from './envelope.js';
import { flagField, nameField, readJson } from './request-body.js';
import type { RestModel } from './rest-model.js';
import type { RestRoute } from './rest-route.js';
import { restTime } from './rest-time.js';

/** Of domains that are Kubernetes clusters; there are no others here. */
const kubernetesType = 11;

const createBody = z.object({
  NAME: nameField,
  TYPE: z.number(),
  CLUSTER_ID: z.string().optional(),
  KUBERNETES_CLUSTER_ID: z.string().optional(),
  CONFIG: z.record(z.string(), z.unknown()).nullish(),
});

const updateBody = z.object({
  NAME: nameField.optional(),
  ENABLED: flagField.optional(),
  CONFIG: z.record(z.string(), z.unknown()).nullish(),
});

export const domainRoutes: readonly RestRoute[] = [
  {
    method: 'GET',
    path: '/v2/domains/',
    handle: async (call, model) => {
      const name = call.query('name');
      const domains = await listDomains(model);
      return success(domains.filter(({ NAME }) => name === null || NAME === name));
    },
  },
  {
    method: 'GET',
    path: '/v2/domains/:lcuuid/',
    handle: async (call, model) =>
      success((await listDomains(model)).filter(({ LCUUID }) => LCUUID === call.param('lcuuid'))),
  },
  {
    method: 'POST',
    path: '/v1/domains/',
    handle: async (call, model) => {
      const body = await readJson(call.request, createBody, 'INVALID_POST_DATA');
      if (!body.ok) return body.answer;
      const { NAME: name, TYPE: type, CONFIG: config } = body.value;
      if (type !== kubernetesType) {
        const description = `TYPE ${type} is played by nobody here, expected ${kubernetesType} (Kubernetes)`;
        return failure('INVALID_POST_DATA', description);
      }
      const clusterId = body.value.CLUSTER_ID ?? body.value.KUBERNETES_CLUSTER_ID ?? '';
      const made = await model.change({
        kind: 'create-domain',
        name,
        ...(clusterId === '' ? {} : { clusterId }),
        ...(config === undefined || config === null ? {} : { config }),
      });
      return made.ok ? success(await domainOf(model, made.lcuuid)) : refusal(made);
    },
  },
  {
    method: 'PATCH',
    path: '/v1/domains/:lcuuid/',
    handle: async (call, model) => {
      const body = await readJson(call.request, updateBody, 'INVALID_PARAMETERS');
      if (!body.ok) return body.answer;
      const { NAME: name, ENABLED: enabled, CONFIG: config } = body.value;
      const done = await model.change({
        kind: 'update-domain',
        lcuuid: call.param('lcuuid'),
        ...(name === undefined ? {} : { name }),
        ...(enabled === undefined ? {} : { enabled }),
        ...(config === undefined || config === null ? {} : { config }),
      });
      return done.ok ? success(await domainOf(model, done.lcuuid)) : refusal(done);
    },
  },
  {
    method: 'DELETE',
    path: '/v1/domains/:domain/',
    handle: (call, model) => deleteDomain(model, call.param('domain')),
  },
  {
    method: 'DELETE',
    path: '/v1/domains/',
    handle: async (call, model) => {
      const name = call.query('name') ?? '';
      if (name === '') return failure('INVALID_PARAMETERS', 'the query has no name: /v1/domains/?name=NAME');
      return deleteDomain(model, name);
    },
  },
];

/** @param nameOrLcuuid as the real server takes it */
async function deleteDomain(model: RestModel, nameOrLcuuid: string): Promise<RestAnswer> {
  const domain = model.domains().find(({ lcuuid, name }) => lcuuid === nameOrLcuuid || name === nameOrLcuuid);
  if (domain === undefined) return notFound('domain', nameOrLcuuid);
  const done = await model.change({ kind: 'delete-domain', lcuuid: domain.lcuuid });
  return done.ok ? success({ LCUUID: done.lcuuid }) : refusal(done);
}

async function domainOf(model: RestModel, lcuuid: string) {
  return (await listDomains(model)).find(({ LCUUID }) => LCUUID === lcuuid) ?? null;
}

async function listDomains(model: RestModel) {
  const clusters = new Map((await model.views.clusters()).map((cluster) => [cluster.clusterId, cluster]));
  const now = model.now();
  const holders = new Map(model.seats().map(({ clusterId, holder }) => [clusterId, holder]));
  const agents = new Map(model.agents().map((agent) => [`${agent.ctrlIp}-${agent.ctrlMac}`, agent]));
  return model.domains().map((domain) => {
    const holder = holders.get(domain.clusterId) ?? null;
    const watcher = holder === null ? undefined : agents.get(holder);
    return domainJson(domain, { cluster: clusters.get(domain.clusterId), holder, watcher: watcher?.name, now });
  });
}

interface DomainFacts {
  readonly cluster: ClusterView | undefined;
  /** "ctrl_ip-ctrl_mac" of the agent that watches it. */
  readonly holder: string | null;
  /** Its name. */
  readonly watcher: string | undefined;
  /** Unix time, ms. */
  readonly now: number;
}

function domainJson(domain: Domain, { cluster, holder, watcher, now }: DomainFacts) {
  const [ip = '', mac = ''] = splitHolder(holder);
  const updated = cluster?.updated ?? 0;
  return {
    ID: domain.id,
    NAME: domain.name,
    DISPLAY_NAME: domain.name,
    LCUUID: domain.lcuuid,
    CLUSTER_ID: domain.clusterId,
    TYPE: kubernetesType,
    ENABLED: domain.enabled ? 1 : 0,
    STATE: stateNumber(cluster),
    ERROR_MSG: errorMessage(domain.clusterId, cluster, now),
    CONTROLLER_IP: '127.0.0.1',
    CONTROLLER_NAME: 'plumbline',
    /** The agent that watches the cluster: by name, or as "ip-mac" where it is not in the list of agents. */
    VTAP_NAME: watcher ?? holder ?? '',
    VTAP_CTRL_IP: ip,
    VTAP_CTRL_MAC: mac,
    CONFIG: domain.config,
    K8S_ENABLED: 1,
    POD_COUNT: cluster?.counts?.pods ?? 0,
    VM_COUNT: cluster?.counts?.nodes ?? 0,
    CREATED_AT: restTime(domain.createdAt),
    SYNCED_AT: restTime(updated),
    TEAM_ID: 1,
    USER_ID: 1,
  };
}

/** "ctrl_ip-ctrl_mac"; addresses have no dash. */
function splitHolder(holder: string | null): readonly string[] {
  if (holder === null) return [];
  const dash = holder.indexOf('-');
  return [holder.slice(0, dash), holder.slice(dash + 1)];
}

/** What the real server only warns of; everything else that keeps a snapshot from being shown is an exception. */
const warnings: ReadonlySet<SnapshotFailure['code']> = new Set([
  'unregistered',
  'no-entries',
  'error-msg',
  'entry-not-inflatable',
  'no-usable-node',
]);

/** 1 normal, 3 exception, 4 warning. */
function stateNumber(cluster: ClusterView | undefined): number {
  if (cluster?.state === 'shown') return 1;
  const code = cluster?.failure?.code;
  return code === undefined || warnings.has(code) ? 4 : 3;
}

/** "TIME TEXT" as the real server writes it, when it looks. @param now Unix time, ms */
function errorMessage(clusterId: string, cluster: ClusterView | undefined, now: number): string {
  if (cluster?.state === 'shown') return '';
  const nothing = `no vtap report cluster id: ${clusterId}`;
  const text = (cluster?.version ?? null) === null ? nothing : (cluster?.failure?.text ?? cluster?.errorMsg ?? '');
  return text === '' ? '' : `${restTime(now)} ${text}`;
}
