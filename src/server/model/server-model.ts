import { status } from '@grpc/grpc-js';
import type { CallRecord } from '../../journal/record.js';
import type { ClusterFactsChange } from '../../platform/cluster-facts.js';
import { decodingProblem } from '../decoding-limit.js';
import { findByIdentity } from '../services/agent-sync.js';
import { answerPush } from '../services/sync.js';
import type { AgentGroup } from './agent-groups.js';
import type { AgentIdentity, RegisteredAgent } from './agent-record.js';
import { describeAgent } from './agents.js';
import { applyChange } from './apply-change.js';
import { type CallOutcome, type LocalEnd, refused, untaken } from './call-outcome.js';
import { agedSnapshot, type StoredSnapshot } from './cluster-memory.js';
import type { Domain } from './domain-record.js';
import type { ModelEvent } from './model-event.js';
import type { PlatformView } from './platform-view.js';
import { playedMethod } from './played-methods.js';
import type { PushAnswer, PushCall } from './push-answer.js';
import type { SavedCounters, SavedState } from './saved-state.js';
import type { Seat } from './seat.js';
import type { ChangeResult, ServerChange } from './server-change.js';
import {
  createServerState,
  type KeptPlatform,
  memoryKey,
  type ServerSettings,
  type ServerState,
  saveServerState,
  stateCounters,
} from './server-state.js';
import type { StateListener } from './state-write.js';

export { isPlayed, playedPaths } from './played-methods.js';

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
  /** In the order of their ids. @param time Unix time, ms: decides who counts as lost; default: that of the last call */
  agents(time?: number): readonly RegisteredAgent[];
  /** null: there is none with this lcuuid. @param time as of `agents` */
  agent(lcuuid: string, time?: number): RegisteredAgent | null;
  /** null: not registered. */
  findAgent(identity: AgentIdentity): RegisteredAgent | null;
  /** lcuuid of the agent's group; null: it is not registered. Cheaper than `findAgent`. */
  groupOf(identity: AgentIdentity): string | null;
  /** The default one first. */
  groups(): readonly AgentGroup[];
  /** One for each cluster that an agent named. @param time Unix time, ms */
  seats(time: number): readonly Seat[];
  /** What agents are told of NICs and addresses, of one cluster or of all. */
  platform(clusterId?: string): readonly PlatformView[];
  /** Does what a person asked for. @param time Unix time, ms */
  change(change: ServerChange, time: number): ChangeResult;
  /** Takes in what an upload says of nodes and addresses; agents are told of it from then on. @param time Unix time, ms */
  learn(change: ClusterFactsChange, time: number): void;
  /** Does some of the work that an event `behind` has told of; no answer depends on it. @returns whether more is left */
  catchUp(): boolean;
  /** What Push tells an agent at this moment. Changes nothing. */
  pushAnswer(call: PushCall): PushAnswer;
  /** The listener is called within the call that changed something, after it took effect. @returns takes it away again */
  onChange(listener: (event: ModelEvent) => void): () => void;
  /** For `createServerModel`, now or in another process. */
  saved(): SavedState;
  /** Those of `saved`. */
  counters(): SavedCounters;
  /** For `createServerModel`, in this process. */
  kept(): KeptPlatform;
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
  readonly notKept: NotKept;
}

/** What calls and uploads brought after the room for it was full. */
export interface NotKept {
  /** Reports and changes of NICs and addresses that agents are not told of, as there were too many cluster ids. */
  readonly platformChanges: number;
  /** Reports of GenesisSync, as there were too many agents or NICs. */
  readonly genesisReports: number;
  /** Processes of reports of GenesisSync that were kept otherwise. */
  readonly genesisProcesses: number;
}

/**
 * @param saved what a model knew before
 * @param kept what another model of this process had of NICs and addresses
 * @param listener told of what `saved` gives from now on
 * @throws RangeError if a declared cluster id cannot be that of a domain, or the group configuration is no YAML mapping
 */
export function createServerModel(
  settings: ServerSettings,
  saved?: SavedState,
  kept?: KeptPlatform,
  listener?: StateListener,
): ServerModel {
  const listeners = new Set<(event: ModelEvent) => void>();
  const tell = (event: ModelEvent): void => {
    for (const each of listeners) each(event);
  };
  const state = createServerState(settings, saved, kept, tell, listener);
  let now = 0;
  return {
    settings,
    apply: (call) => {
      now = Math.max(now, call.time);
      return applyCall(state, call);
    },
    clusters: (time) => heldClusters(state, time),
    cluster: (clusterId, time) => heldCluster(state, clusterId, time),
    domains: () => [...state.domains.list()],
    agents: (time = now) => state.agents.list().map((agent) => describeAgent(agent, time)),
    agent: (lcuuid, time = now) => {
      const agent = state.agents.get(lcuuid);
      return agent === null ? null : describeAgent(agent, time);
    },
    findAgent: (identity) => {
      const agent = findByIdentity(state, identity);
      return agent === null ? null : describeAgent(agent, now);
    },
    groupOf: (identity) => findByIdentity(state, identity)?.groupLcuuid ?? null,
    groups: () => state.groups.list(),
    seats: (time) => state.election.seats(time, (agent) => state.agents.idOf(agent)),
    platform: (clusterId) => {
      const clusterIds = clusterId === undefined ? state.platform.clusterIds() : [clusterId];
      return clusterIds.map((id) => state.platform.view(id, state.domains.get(id)?.id ?? 0));
    },
    change: (change, time) => applyChange(state, change, time),
    learn: (change, time) => {
      const podClusterId = state.domains.get(change.clusterId)?.id ?? 0;
      if (state.platform.learn(change, state.traits.package, podClusterId, time))
        state.tell({ kind: 'platform', clusterId: change.clusterId });
    },
    catchUp: () => state.platform.catchUp(),
    pushAnswer: ({ path, time, request, local, sent = null }) => {
      const name = path.startsWith('/agent.') ? 'agent' : 'trident';
      return answerPush(state, { package: name, time, request, local, sent });
    },
    onChange: (added) => {
      listeners.add(added);
      return () => listeners.delete(added);
    },
    saved: () => saveServerState(state),
    counters: () => stateCounters(state),
    kept: () => ({ platform: state.platform }),
    counts: () => {
      const { reports, processes } = state.genesis.notKept();
      return {
        clusters: state.memories.size(),
        agents: state.agents.size(),
        forgottenClusters: state.memories.forgotten(),
        notKept: {
          platformChanges: state.platform.notKept(),
          genesisReports: reports,
          genesisProcesses: processes,
        },
      };
    },
  };
}

function applyCall(state: ServerState, call: ModelCall): CallOutcome {
  const method = playedMethod(call.path, state.settings, state.traits.package);
  if (call.outcome !== 'unary' || method === null) {
    return refused(status.UNIMPLEMENTED, unimplementedMessage(call.path));
  }
  if (call.fault?.taken === false) {
    return untaken(call);
  }
  const problem = method.isDecoded ? decodingProblem(method.requestType, call.request) : null;
  if (problem !== null) return refused(status.RESOURCE_EXHAUSTED, problem);
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
