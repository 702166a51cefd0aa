import type { AgentTypeName } from '../model/agent-record.js';
import { agentTypeOf, isInKubernetes } from '../model/agent-type.js';
import { answered, type CallOutcome, type LocalEnd, type ServiceCall, undecodable } from '../model/call-outcome.js';
import type { PushAnswer, SentVersions } from '../model/push-answer.js';
import type { ServerState } from '../model/server-state.js';
import { callerKey, peekAgent, type SyncedAgent, syncAgent } from './agent-sync.js';
import { expireNics } from './genesis-sync.js';
import { encodeSyncAnswer, encodeSyncFailure, type SyncAnswer, versionsOf } from './sync-answer.js';
import { decodeSyncAsk, type SyncAsk } from './sync-ask.js';

/**
 * An agent asks for its configuration and for what the server knows of NICs and addresses. On the way it is registered,
 * its cluster's domain is made, and the agent that has to watch Kubernetes is chosen.
 */
export function playSync(state: ServerState, call: ServiceCall): CallOutcome {
  const { ask, problem } = decodeSyncAsk(call.package, call.request);
  if (ask === null) return undecodable(problem);
  if (isTooOld(state, call.package) || isOfUnknownTeam(state, ask)) {
    return answered(encodeSyncFailure(call.package, ask.revision));
  }
  expireNics(state, call.time);
  const synced = syncAgent(state, ask, call.time);
  const enabled = synced.agent?.enabled ?? true;
  const { clusterId, policy } = ask;
  const elected = state.election.elect({ clusterId, agent: callerKey(ask), time: call.time, policy, enabled });
  if (clusterId !== '') state.domains.register(clusterId, ask.clusterName, call.time);
  if (elected.changed) state.tell({ kind: 'seat', clusterId });
  const answer = composeAnswer(state, { ask, synced, watches: elected.holds, local: call.local, name: call.package });
  return answered(encodeSyncAnswer(call.package, answer, ask.bufferSize), {
    registersCluster: state.domains.has(clusterId) ? clusterId : null,
  });
}

/** @param sent what the stream was sent; null for the message that opens it */
export interface PushAsk {
  readonly package: 'agent' | 'trident';
  readonly time: number;
  readonly request: Uint8Array;
  readonly local: LocalEnd | undefined;
  readonly sent: SentVersions | null;
}

/**
 * What a Push stream is told. Nothing is taken over from its request, and NICs do not age by it: that is the business of
 * calls, which alone stand in a journal in the order in which they took effect.
 */
export function answerPush(state: ServerState, push: PushAsk): PushAnswer {
  const { ask, problem } = decodeSyncAsk(push.package, push.request);
  if (ask === null) {
    const { status, statusMessage } = undecodable(problem);
    return { kind: 'refused', status, statusMessage };
  }
  if (!/^(trident|deepflow-agent)/.test(ask.processName)) return { kind: 'close' };
  const failed = { kind: 'failed', response: encodeSyncFailure(push.package, ask.revision) } as const;
  if (isTooOld(state, push.package) || isOfUnknownTeam(state, ask)) return failed;
  const synced = peekAgent(state, ask);
  if (synced.agent === null) return failed;
  const watches = synced.agent.enabled && state.election.holds(ask.clusterId, callerKey(ask), push.time);
  const current = push.sent === null ? ask : { ...ask, versions: push.sent };
  const how = { ask: current, synced, watches, local: push.local, name: push.package };
  const answer = composeAnswer(state, how);
  const response = encodeSyncAnswer(push.package, answer, null);
  if (ask.bufferSize !== null && response.length > ask.bufferSize) return failed;
  return { kind: 'data', response, sent: versionsOf(answer) };
}

interface AnswerParts {
  readonly ask: SyncAsk;
  readonly synced: SyncedAgent;
  readonly watches: boolean;
  readonly local: LocalEnd | undefined;
  readonly name: 'agent' | 'trident';
}

function composeAnswer(state: ServerState, { ask, synced, watches, local, name }: AnswerParts): SyncAnswer {
  const { agent, group } = synced;
  const { clusterId } = ask;
  const type = agent?.type ?? agentTypeOf(ask);
  const podClusterId = state.domains.get(clusterId)?.id ?? 0;
  const machine = state.platform.machineOf(clusterId, callerKey(ask), [ask.identity.ctrlIp, ...ask.hostIps]);
  return {
    configurations: state.configurations,
    configuration: group.configurations[name === 'agent' ? 'v7' : 'v6.5'] ?? null,
    local: state.settings.advertise ?? local ?? { address: '', port: 0 },
    watches,
    type,
    registered:
      agent === null
        ? null
        : {
            agent,
            group: group.shortId,
            podClusterId,
            upgradeRevision: agent.upgradeRevision || offeredTo(state, type),
            platform: state.platform.content(clusterId, name, podClusterId),
            machine,
            remote:
              type === 'TT_DEDICATED_PHYSICAL_MACHINE'
                ? state.platform.view(clusterId, podClusterId).segments.filter(({ id }) => id !== machine.segment?.id)
                : [],
            versions: ask.versions,
          },
  };
}

/** An agent that is told a revision which it cannot fetch tries so with each Sync. */
function offeredTo({ settings }: ServerState, type: AgentTypeName): string {
  const { upgrade } = settings;
  const isThere = upgrade?.for?.includes(isInKubernetes(type) ? 'kubernetes' : 'process') ?? true;
  return upgrade !== undefined && isThere ? upgrade.revision : '';
}

/** A server of v7 tells agents of the former package that they are too old. */
function isTooOld(state: ServerState, name: 'agent' | 'trident'): boolean {
  return state.settings.strictPackages && name !== state.traits.package;
}

function isOfUnknownTeam(state: ServerState, { team }: SyncAsk): boolean {
  return team !== '' && !state.teams.has(team);
}
