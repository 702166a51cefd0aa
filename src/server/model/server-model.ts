import { status } from '@grpc/grpc-js';
import type { CallRecord } from '../../journal/record.js';
import { playGetKubernetesClusterId } from '../services/get-kubernetes-cluster-id.js';
import { playKubernetesApiSync } from '../services/kubernetes-api-sync.js';
import { playSync } from '../services/sync.js';
import type { RegisteredAgent } from './agents.js';
import { type CallOutcome, type LocalEnd, refused, type ServiceCall, untaken } from './call-outcome.js';
import { agedSnapshot, type StoredSnapshot } from './cluster-memory.js';
import type { Domain } from './domains.js';
import { createServerState, memoryKey, type ServerSettings, type ServerState } from './server-state.js';

/**
 * The fake server without its sockets: the same calls in the same order give the same outcomes. The live server and the
 * judge of a journal both use it. What it remembers is bounded.
 */
export interface ServerModel {
  readonly settings: ServerSettings;
  /** Takes in a call and says how it is answered. Calls must come in the order in which they took effect. */
  apply(call: ModelCall): CallOutcome;
  /** What is held of every cluster id that was named by a call or declared. @param time Unix time, ms */
  clusters(time: number): readonly HeldCluster[];
  /** As `clusters`, of one cluster id; null where it was neither named nor declared. */
  cluster(clusterId: string, time: number): HeldCluster | null;
  domains(): readonly Domain[];
  /** In the order of their ids. */
  agents(): readonly RegisteredAgent[];
  counts(): ModelCounts;
}

/** The fields of a `CallRecord` that matter. */
export type ModelCall = Pick<CallRecord, 'seq' | 'time' | 'path' | 'outcome' | 'request' | 'fault'> & {
  readonly local?: LocalEnd;
};

export interface HeldCluster {
  readonly clusterId: string;
  /** A domain with this id exists (or the compat does without). */
  readonly registered: boolean;
  /** Name of the domain; null where there is none. */
  readonly domain: string | null;
  readonly stored: StoredSnapshot | null;
}

export interface ModelCounts {
  readonly clusters: number;
  readonly agents: number;
  /** Cluster ids that had to be forgotten because there were too many. */
  readonly forgottenClusters: number;
}

type Service = (state: ServerState, call: ServiceCall) => CallOutcome;

/** The rpcs of the Synchronizer services that this server plays. */
const services: ReadonlyMap<string, Service> = new Map([
  ['KubernetesAPISync', playKubernetesApiSync],
  ['GetKubernetesClusterID', playGetKubernetesClusterId],
  ['Sync', playSync],
]);

interface PlayedMethod {
  readonly package: 'agent' | 'trident';
  readonly service: Service;
}

/** By path. */
const methods: ReadonlyMap<string, PlayedMethod> = new Map(
  (['agent', 'trident'] as const).flatMap((name) =>
    [...services].map(([method, service]) => [`/${name}.Synchronizer/${method}`, { package: name, service }]),
  ),
);

export const playedPaths: readonly string[] = [...methods.keys()];

/** Whether a server with these settings plays `path`. */
export function isPlayed(path: string, settings: ServerSettings, ownPackage: string): boolean {
  const method = methods.get(path);
  return method !== undefined && (!settings.strictPackages || method.package === ownPackage);
}

/** @throws RangeError if a declared cluster id cannot be that of a domain, or the group configuration is no YAML mapping */
export function createServerModel(settings: ServerSettings): ServerModel {
  const state = createServerState(settings);
  return {
    settings,
    apply: (call) => applyCall(state, call),
    clusters: (time) => heldClusters(state, time),
    cluster: (clusterId, time) => heldCluster(state, clusterId, time),
    domains: () => [...state.domains.list()],
    agents: () => [...state.agents.list()],
    counts: () => ({
      clusters: state.memories.size(),
      agents: state.agents.size(),
      forgottenClusters: state.memories.forgotten(),
    }),
  };
}

function applyCall(state: ServerState, call: ModelCall): CallOutcome {
  const method = methods.get(call.path);
  if (call.outcome !== 'unary' || method === undefined || !isPlayed(call.path, state.settings, state.traits.package)) {
    return refused(status.UNIMPLEMENTED, unimplementedMessage(call.path));
  }
  if (call.fault?.taken === false) {
    return untaken(call);
  }
  return method.service(state, {
    seq: call.seq,
    time: call.time,
    package: method.package,
    request: call.request,
    ...(call.local === undefined ? {} : { local: call.local }),
  });
}

/** In the words of a gRPC server in Go, which the real one is. */
export function unimplementedMessage(path: string): string {
  const parts = /^\/(.+)\/([^/]+)$/.exec(path);
  return parts === null
    ? `malformed method name: ${JSON.stringify(path)}`
    : `unknown method ${parts[2]} for service ${parts[1]}`;
}

function heldCluster(state: ServerState, clusterId: string, time: number): HeldCluster | null {
  const key = memoryKey(clusterId);
  const memory = state.memories.get(key);
  const domain = state.domains.get(clusterId)?.name ?? null;
  if (memory === undefined && domain === null) {
    return null;
  }
  const registered = domain !== null || !state.traits.needsRegisteredDomain;
  return { clusterId: key, registered, domain, stored: agedSnapshot(memory?.stored ?? null, time) };
}

function heldClusters(state: ServerState, time: number): readonly HeldCluster[] {
  const named = [...state.domains.list()].map(({ clusterId }) => clusterId);
  const ids = new Set([...named, ...[...state.memories.entries()].map(([key]) => key)]);
  return [...ids].flatMap((id) => heldCluster(state, id, time) ?? []);
}
