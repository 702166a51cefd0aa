import { isClusterId } from './cluster-id.js';

export interface Domain {
  readonly clusterId: string;
  readonly name: string;
  /** `declared` at the start, or made by the call of an agent. */
  readonly origin: 'declared' | 'agent';
}

export type Registration =
  | { readonly kind: 'exists' }
  | { readonly kind: 'created' }
  /** No domain is made; the real server tells only its log. */
  | { readonly kind: 'refused'; readonly reason: string };

/** The domains of type Kubernetes, by their cluster id. */
export interface Domains {
  has(clusterId: string): boolean;
  get(clusterId: string): Domain | null;
  /** Makes the domain if it can be made. @param name "" for the name that servers choose */
  register(clusterId: string, name: string): Registration;
  list(): Iterable<Domain>;
}

/** More are refused, so that a stream of invented ids does not fill the memory. */
const maxDomains = 100_000;

/** @throws RangeError if a declared id cannot be that of a domain */
export function createDomains(declared: readonly string[]): Domains {
  const byId = new Map<string, Domain>();
  const names = new Set<string>();
  for (const clusterId of declared) {
    if (!isClusterId(clusterId)) {
      throw new RangeError(
        `The cluster id ${JSON.stringify(clusterId)} cannot be that of a domain: expected 1 to 32 letters, digits and "-", the first one not "-".`,
      );
    }
    add({ clusterId, name: `k8s-${clusterId}`, origin: 'declared' });
  }

  function add(domain: Domain): void {
    byId.set(domain.clusterId, domain);
    names.add(domain.name);
  }

  return {
    has: (clusterId) => byId.has(clusterId),
    get: (clusterId) => byId.get(clusterId) ?? null,
    register: (clusterId, wantedName) => {
      if (byId.has(clusterId)) {
        return { kind: 'exists' };
      }
      if (!isClusterId(clusterId)) {
        return {
          kind: 'refused',
          reason: 'the cluster id is not 1 to 32 letters, digits and "-", the first one not "-"',
        };
      }
      const name = wantedName === '' ? `k8s-${clusterId}` : wantedName.slice(0, 256);
      if (names.has(name)) {
        return { kind: 'refused', reason: `another domain has the name ${JSON.stringify(name)}` };
      }
      if (byId.size >= maxDomains) {
        return { kind: 'refused', reason: `there are ${maxDomains} domains already` };
      }
      add({ clusterId, name, origin: 'agent' });
      return { kind: 'created' };
    },
    list: () => byId.values(),
  };
}
