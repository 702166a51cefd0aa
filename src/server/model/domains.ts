import { isClusterId } from './cluster-id.js';
import type { Domain } from './domain-record.js';
import { type IdMaker, shortText } from './lcuuid.js';
import { type ChangeResult, type DomainConfig, refuseChange } from './server-change.js';
import type { OnWrite } from './state-write.js';

export type Registration =
  | { readonly kind: 'exists' }
  | { readonly kind: 'created' }
  /** No domain is made; the real server tells only its log. */
  | { readonly kind: 'refused'; readonly reason: string };

/** The domains of type Kubernetes, by their cluster id. */
export interface Domains {
  has(clusterId: string): boolean;
  get(clusterId: string): Domain | null;
  find(lcuuid: string): Domain | null;
  /** Makes the domain if it can be made. @param name "" for the name that servers choose @param time Unix time, ms */
  register(clusterId: string, name: string, time: number): Registration;
  create(domain: NewDomain, time: number): ChangeResult;
  update(lcuuid: string, update: DomainUpdate): ChangeResult;
  delete(lcuuid: string): ChangeResult;
  list(): Iterable<Domain>;
  /** The highest id given so far. */
  lastId(): number;
}

export interface NewDomain {
  readonly name: string;
  /** Default: one that is made of the name. */
  readonly clusterId?: string;
  readonly config?: DomainConfig;
}

export interface DomainUpdate {
  readonly name?: string;
  readonly enabled?: boolean;
  readonly config?: DomainConfig;
}

export interface DomainsOptions {
  readonly ids: IdMaker;
  readonly declared: readonly string[];
  readonly saved?: readonly Domain[];
  readonly lastId?: number;
  readonly onWrite?: OnWrite<Domain>;
  /** Told of a domain that was made, not of those that were saved. */
  readonly onAdded?: (domain: Domain) => void;
}

/** More are refused, so that a stream of invented ids does not fill the memory. */
const maxDomains = 100_000;
const maxName = 256;

const clusterIdForm = 'not 1 to 32 letters, digits and "-", the first one not "-"';

/** @throws RangeError if a declared id cannot be that of a domain */
export function createDomains({ ids, declared, saved = [], lastId = 0, onWrite, onAdded }: DomainsOptions): Domains {
  const byId = new Map<string, Domain>();
  const byLcuuid = new Map<string, Domain>();
  const names = new Set<string>();
  let last = saved.reduce((highest, { id }) => Math.max(highest, id), lastId);

  for (const domain of saved) put(domain);
  for (const clusterId of declared) {
    if (!isClusterId(clusterId)) {
      throw new RangeError(
        `The cluster id ${JSON.stringify(clusterId)} cannot be that of a domain: expected 1 to 32 letters, digits and "-", the first one not "-".`,
      );
    }
    if (!byId.has(clusterId)) add({ clusterId, name: `k8s-${clusterId}`, origin: 'declared', createdAt: 0 });
  }

  function put(domain: Domain): void {
    onWrite?.(domain.lcuuid, byLcuuid.get(domain.lcuuid) ?? null, domain);
    byId.set(domain.clusterId, domain);
    byLcuuid.set(domain.lcuuid, domain);
    names.add(domain.name);
  }

  function add(domain: Pick<Domain, 'clusterId' | 'name' | 'origin' | 'createdAt'>, config: DomainConfig = {}): Domain {
    last += 1;
    const lcuuid = ids.lcuuid('domain', domain.clusterId);
    const added: Domain = { id: last, lcuuid, enabled: true, config, ...domain };
    put(added);
    onAdded?.(added);
    return added;
  }

  const unknown = (lcuuid: string) =>
    refuseChange('RESOURCE_NOT_FOUND', `domain (${lcuuid.slice(0, maxName)}) not found`);

  return {
    has: (clusterId) => byId.has(clusterId),
    get: (clusterId) => byId.get(clusterId) ?? null,
    find: (lcuuid) => byLcuuid.get(lcuuid) ?? null,
    register: (clusterId, wantedName, time) => {
      if (byId.has(clusterId)) {
        return { kind: 'exists' };
      }
      if (!isClusterId(clusterId)) {
        return { kind: 'refused', reason: `the cluster id is ${clusterIdForm}` };
      }
      const name = wantedName === '' ? `k8s-${clusterId}` : wantedName.slice(0, maxName);
      if (names.has(name)) {
        return { kind: 'refused', reason: `another domain has the name ${JSON.stringify(name)}` };
      }
      if (byId.size >= maxDomains) {
        return { kind: 'refused', reason: `there are ${maxDomains} domains already` };
      }
      add({ clusterId, name, origin: 'agent', createdAt: time });
      return { kind: 'created' };
    },
    create: ({ name, clusterId, config }, time) => {
      const refusal = nameProblem(name, names);
      if (refusal !== null) return refusal;
      if (clusterId !== undefined && !isClusterId(clusterId)) {
        const found = JSON.stringify(clusterId.slice(0, maxName));
        return refuseChange('INVALID_PARAMETERS', `domain cluster_id ${found} is ${clusterIdForm}`);
      }
      if (clusterId !== undefined && byId.has(clusterId)) {
        return refuseChange('RESOURCE_ALREADY_EXIST', `domain cluster_id (${clusterId}) already exists`);
      }
      if (byId.size >= maxDomains) {
        return refuseChange('RESOURCE_NUM_EXCEEDED', `there are ${maxDomains} domains already`);
      }
      const id = clusterId ?? `d-${shortText(ids.lcuuid('cluster', name).replaceAll('-', ''), 10)}`;
      return { ok: true, lcuuid: add({ clusterId: id, name, origin: 'rest', createdAt: time }, config).lcuuid };
    },
    update: (lcuuid, { name, enabled, config }) => {
      const domain = byLcuuid.get(lcuuid);
      if (domain === undefined) return unknown(lcuuid);
      if (name !== undefined && name !== domain.name) {
        const refusal = nameProblem(name, names);
        if (refusal !== null) return refusal;
        names.delete(domain.name);
      }
      put({
        ...domain,
        ...(name === undefined ? {} : { name }),
        ...(enabled === undefined ? {} : { enabled }),
        ...(config === undefined ? {} : { config: { ...domain.config, ...config } }),
      });
      return { ok: true, lcuuid };
    },
    delete: (lcuuid) => {
      const domain = byLcuuid.get(lcuuid);
      if (domain === undefined) return unknown(lcuuid);
      byId.delete(domain.clusterId);
      byLcuuid.delete(lcuuid);
      names.delete(domain.name);
      onWrite?.(lcuuid, domain, null);
      return { ok: true, lcuuid };
    },
    list: () => byId.values(),
    lastId: () => last,
  };
}

function nameProblem(name: string, taken: ReadonlySet<string>) {
  if (name === '' || name.length > maxName) {
    const found = name === '' ? 'is empty' : `has ${name.length} characters`;
    return refuseChange('INVALID_PARAMETERS', `the name of the domain ${found}, expected 1 to ${maxName}`);
  }
  return taken.has(name) ? refuseChange('RESOURCE_ALREADY_EXIST', `domain (${name}) already exists`) : null;
}
