import type { ApiClient } from '../api-client.js';

/** What a case is given: an API that may be embedded or real, and a namespace that is its own. */
export interface BehaviourContext {
  readonly api: ApiClient;
  readonly namespace: string;
  /** A cluster-scoped name that nobody else uses. */
  readonly unique: string;
}

/** Something that every Kubernetes API does, from a version on. */
export interface Behaviour {
  readonly name: string;
  /** Minor version of Kubernetes 1 from which on it is so. */
  readonly since: number;
  /** The last minor version that it holds for; default: all later ones. */
  readonly until?: number;
  /** Feature gates that a real server needs for it. */
  readonly gate?: string;
  /** Only where resourceVersions are numbers, as they are on every real server. */
  readonly numbered?: boolean;
  run(context: BehaviourContext): Promise<void>;
}

export function configMap(name: string, data: Record<string, string> = {}, labels: Record<string, string> = {}) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels }, data };
}

export function pathOf(namespace: string, plural: string, name?: string): string {
  return `/api/v1/namespaces/${namespace}/${plural}${name === undefined ? '' : `/${name}`}`;
}
