/**
 * The behaviours that Plumbline can play.
 *
 * - `doc`: what the public document promises.
 * - `v6.5`, `v7`: what servers of those generations do.
 */
export const compats = ['doc', 'v6.5', 'v7'] as const;

export type Compat = (typeof compats)[number];

export function isCompat(text: string): text is Compat {
  return (compats as readonly string[]).includes(text);
}

/** What sets one compat apart from another; everything that is not here is the same in all three. */
export interface CompatTraits {
  /** The gRPC package whose methods agents of this generation call. */
  readonly package: 'agent' | 'trident';
  /** A snapshot without `*version.Info` fails as a whole. */
  readonly needsVersionInfo: boolean;
  /** Without `agent_id` the answer carries no version and messages without entries are lost. */
  readonly needsAgentId: boolean;
  /** A snapshot is shown only where a domain with its cluster id exists. */
  readonly needsRegisteredDomain: boolean;
  /** An entry may hold a List or an array; its items count as objects. */
  readonly acceptsLists: boolean;
  /** A ReplicaSet's `ownerReferences` may be an object instead of an array. */
  readonly acceptsOwnerReferencesObject: boolean;
  /** What a Service's selector is compared with. */
  readonly serviceMatches: 'pod-labels' | 'workload-labels';
  /** A Service with the selector key `opengauss.cluster` matches the StatefulSet of that name. */
  readonly matchesOpenGaussSelector: boolean;
  /** Kinds of `ownerReferences[0].kind` that a Pod may have. */
  readonly podOwnerKinds: ReadonlySet<string>;
  /** Which Pod field replaces the uid as the Pod's identity, and for which owner kinds. */
  readonly podIdentity: 'uid' | 'generate_name-of-statefulset' | 'generateName';
  /** A Node whose InternalIP entry has an empty address is kept. */
  readonly acceptsEmptyNodeAddress: boolean;
  /** Certain values make the controller process die, and the snapshot with it. */
  readonly crashesOnHazards: boolean;
}

const documentPodOwnerKinds = ['DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet', 'ReplicationController'];
const v65PodOwnerKinds = [...documentPodOwnerKinds, 'CloneSet', 'InPlaceSet'];
const v7PodOwnerKinds = [...v65PodOwnerKinds, 'StatefulSetPlus', 'OpenGaussCluster'];

export const compatTraits: Readonly<Record<Compat, CompatTraits>> = {
  doc: {
    package: 'trident',
    needsVersionInfo: false,
    needsAgentId: false,
    needsRegisteredDomain: false,
    acceptsLists: true,
    acceptsOwnerReferencesObject: true,
    serviceMatches: 'pod-labels',
    matchesOpenGaussSelector: false,
    podOwnerKinds: new Set(documentPodOwnerKinds),
    podIdentity: 'uid',
    acceptsEmptyNodeAddress: false,
    crashesOnHazards: false,
  },
  'v6.5': {
    package: 'trident',
    needsVersionInfo: true,
    needsAgentId: true,
    needsRegisteredDomain: true,
    acceptsLists: false,
    acceptsOwnerReferencesObject: false,
    serviceMatches: 'workload-labels',
    matchesOpenGaussSelector: false,
    podOwnerKinds: new Set(v65PodOwnerKinds),
    podIdentity: 'generate_name-of-statefulset',
    acceptsEmptyNodeAddress: true,
    crashesOnHazards: true,
  },
  v7: {
    package: 'agent',
    needsVersionInfo: true,
    needsAgentId: true,
    needsRegisteredDomain: true,
    acceptsLists: false,
    acceptsOwnerReferencesObject: false,
    serviceMatches: 'workload-labels',
    matchesOpenGaussSelector: true,
    podOwnerKinds: new Set(v7PodOwnerKinds),
    podIdentity: 'generateName',
    acceptsEmptyNodeAddress: false,
    crashesOnHazards: true,
  },
};
