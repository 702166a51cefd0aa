import type {
  AgentAnswer,
  AgentCall,
  AgentGenesis,
  AgentPush,
  AgentQuery,
  AgentSync,
  AgentUpgrade,
} from '../../agent-call.js';
import type { OpenPush, Traffic, TrafficCall } from '../../traffic.js';
import { notJudged } from './judgement.js';
import { hostOf } from './sync-calls.js';

export type CallOf<Kind extends AgentCall> = TrafficCall & { readonly agent: Kind };

/** All that one agent said, each list in order. */
export interface SeenAgent {
  readonly ctrlIp: string;
  readonly ctrlMac: string;
  readonly syncs: readonly CallOf<AgentSync>[];
  /** Those that ended. */
  readonly pushes: readonly CallOf<AgentPush>[];
  readonly openPushes: readonly OpenPush[];
  readonly genesis: readonly CallOf<AgentGenesis>[];
  readonly queries: readonly CallOf<AgentQuery>[];
  readonly upgrades: readonly CallOf<AgentUpgrade>[];
  /** Ids that the server gave it. */
  readonly ids: ReadonlySet<number>;
  /** It lets the server manage it, where others call Sync for an id alone. */
  readonly managed: boolean;
}

interface Gathered {
  readonly ctrlIp: string;
  readonly ctrlMac: string;
  readonly syncs: CallOf<AgentSync>[];
  readonly pushes: CallOf<AgentPush>[];
  readonly openPushes: OpenPush[];
  readonly genesis: CallOf<AgentGenesis>[];
  readonly queries: CallOf<AgentQuery>[];
  readonly upgrades: CallOf<AgentUpgrade>[];
  readonly ids: Set<number>;
}

/** Names by which servers know the process of an agent; they push to no other. */
const managedNames = ['deepflow-agent', 'trident'];

const known = new WeakMap<Traffic, readonly SeenAgent[]>();

/** The agents that called Sync or Push, in the order of their first calls; Push counts from its end, or last. */
export function agentsOf(traffic: Traffic): readonly SeenAgent[] {
  const before = known.get(traffic);
  if (before !== undefined) return before;
  const agents = gather(traffic).map((agent) => ({ ...agent, managed: isManaged(agent) }));
  known.set(traffic, agents);
  return agents;
}

export function managedAgents(traffic: Traffic): readonly SeenAgent[] {
  return agentsOf(traffic).filter(({ managed }) => managed);
}

export const noAgentSync = notJudged('the agent does not call Sync');

export const onlyRegisters = notJudged(
  'the agent calls Sync for its id alone: it opens no Push, sends no GenesisSync and is no deepflow-agent by its process_name',
);

/** Why a rule on managed agents says nothing of this traffic; null where there is one. */
export function whyUnmanaged(traffic: Traffic) {
  if (agentsOf(traffic).length === 0) return noAgentSync;
  return managedAgents(traffic).length === 0 ? onlyRegisters : null;
}

function gather({ calls, openPushes }: Traffic): Gathered[] {
  const byKey = new Map<string, Gathered>();
  const of = (ctrlIp: string, ctrlMac: string): Gathered => {
    const key = `${ctrlIp} ${ctrlMac}`;
    const found = byKey.get(key);
    if (found !== undefined) return found;
    const made = {
      ctrlIp,
      ctrlMac,
      syncs: [],
      pushes: [],
      openPushes: [],
      genesis: [],
      queries: [],
      upgrades: [],
      ids: new Set<number>(),
    };
    byKey.set(key, made);
    return made;
  };
  for (const call of calls) {
    if (is(call, 'sync')) {
      const { ctrlIp, ctrlMac, answer } = call.agent;
      const agent = of(ctrlIp, ctrlMac);
      agent.syncs.push(call);
      if (answer !== null && answer.agentId !== 0) agent.ids.add(answer.agentId);
    } else if (is(call, 'push')) {
      of(call.agent.ctrlIp, call.agent.ctrlMac).pushes.push(call);
    } else if (is(call, 'upgrade')) of(call.agent.ctrlIp, call.agent.ctrlMac).upgrades.push(call);
  }
  for (const push of openPushes) of(push.agent.ctrlIp, push.agent.ctrlMac).openPushes.push(push);
  const all = [...byKey.values()];
  for (const { pushes, openPushes: open, ids } of all) {
    for (const { answer } of [...pushes, ...open].flatMap(({ agent }) => agent.told)) {
      if (answer !== null && answer.agentId !== 0) ids.add(answer.agentId);
    }
  }
  const byIp = new Map(all.toReversed().map((agent) => [agent.ctrlIp, agent]));
  const byId = new Map(all.toReversed().flatMap((agent) => [...agent.ids].map((id) => [id, agent])));
  for (const call of calls) {
    if (is(call, 'query')) byIp.get(call.agent.ctrlIp)?.queries.push(call);
    if (is(call, 'genesis')) {
      const { ctrlIp, sourceIp, agentId } = call.agent;
      (byId.get(agentId) ?? byIp.get(ctrlIp === '' ? sourceIp : ctrlIp))?.genesis.push(call);
    }
  }
  return all.filter((agent) => agent.syncs.length + agent.pushes.length + agent.openPushes.length > 0);
}

function isManaged({ syncs, pushes, openPushes, genesis, queries, upgrades }: Gathered): boolean {
  if (pushes.length + openPushes.length + genesis.length + queries.length + upgrades.length > 0) return true;
  return syncs.some(({ agent }) => isManagedName(agent.processName));
}

export function isManagedName(processName: string): boolean {
  return managedNames.some((name) => processName.startsWith(name));
}

export function is<Kind extends AgentCall['kind']>(
  call: TrafficCall,
  kind: Kind,
): call is CallOf<Extract<AgentCall, { readonly kind: Kind }>> {
  return call.agent?.kind === kind;
}

type GenesisBySender = ReadonlyMap<string, readonly CallOf<AgentGenesis>[]>;

const knownSenders = new WeakMap<Traffic, GenesisBySender>();

/** GenesisSync by sender. */
export function genesisBySender(traffic: Traffic): GenesisBySender {
  const before = knownSenders.get(traffic);
  if (before !== undefined) return before;
  const bySender = gatherGenesis(traffic);
  knownSenders.set(traffic, bySender);
  return bySender;
}

function gatherGenesis({ calls }: Traffic): GenesisBySender {
  const bySender = new Map<string, CallOf<AgentGenesis>[]>();
  for (const call of calls) {
    if (!is(call, 'genesis')) continue;
    const { ctrlIp, ctrlMac, sourceIp } = call.agent;
    const key = `${hostOf(call.peer)} ${ctrlIp} ${ctrlMac} ${sourceIp}`;
    const before = bySender.get(key);
    if (before === undefined) bySender.set(key, [call]);
    else before.push(call);
  }
  return bySender;
}

/** When a call was answered; Unix time, ms. */
export function answeredAt({ time, duration }: TrafficCall): number {
  return time + duration;
}

/** One piece of news from the server to an agent. */
export interface News {
  /** Unix time, ms. */
  readonly time: number;
  readonly request: number;
  /** What Push sends may never arrive. */
  readonly by: 'sync' | 'push';
  /** Null where it could not be read. */
  readonly answer: AgentAnswer | null;
}

/** All that an agent was told by Sync and Push, in order of time. */
export function newsOf({ syncs, pushes, openPushes }: SeenAgent): readonly News[] {
  const bySync = syncs.flatMap((call) =>
    call.agent.answer === null
      ? []
      : [{ time: answeredAt(call), request: call.seq, by: 'sync' as const, answer: call.agent.answer }],
  );
  const byPush = [...pushes, ...openPushes].flatMap(({ seq, agent }) =>
    agent.told.map(({ time, answer }) => ({ time, request: seq, by: 'push' as const, answer })),
  );
  return [...bySync, ...byPush].toSorted((one, other) => one.time - other.time);
}
