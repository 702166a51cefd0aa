import type { JournalRecord } from '../../journal/record.js';
import type { AgentCall } from '../agent-call.js';
import { createAgentCallReader, playedByScenario } from '../agent-call-reading.js';
import { createRecent } from './observed-call.js';

/** A call by which the agent is managed, as scenarios look at it: a stream once it has ended. */
export interface ObservedAgentCall<Call extends AgentCall = AgentCall> {
  readonly seq: number;
  /** Unix time, ms, of its arrival. */
  readonly time: number;
  /** Unix time, ms. */
  readonly answered: number;
  /** gRPC status that it was answered with. */
  readonly status: number;
  /** "address:port" of the client. */
  readonly peer: string;
  readonly agent: Call;
}

/** A Push stream of the agent. */
export interface ObservedPush {
  readonly seq: number;
  /** Unix time, ms, at which it was opened, or refused. */
  readonly time: number;
  /** Unix time, ms; null while it is open. */
  readonly ended: number | null;
}

/** What agents do besides reporting. */
export interface AgentObservation {
  /** @returns whether the record was about that */
  add(record: JournalRecord): boolean;
  /** Oldest first, as far as they are kept. */
  calls(): readonly ObservedAgentCall[];
  pushes(): readonly ObservedPush[];
}

const kept = 2_000;

export function createAgentObservation(): AgentObservation {
  const reader = createAgentCallReader();
  const calls = createRecent<ObservedAgentCall>(kept);
  const pushes = new Map<number, ObservedPush>();
  return {
    add(record) {
      switch (record.kind) {
        case 'stream': {
          reader.opened(record);
          const { seq, time, path, metadata } = record;
          if (!path.endsWith('.Synchronizer/Push') || metadata.some(([name]) => name === playedByScenario))
            return false;
          pushes.set(seq, { seq, time, ended: null });
          return true;
        }
        case 'message':
          reader.message(record);
          return pushes.has(record.seq);
        case 'call': {
          const { seq, time, duration, status, peer } = record;
          const agent = reader.read(record);
          if (agent === null) return false;
          calls.add({ seq, time, answered: time + duration, status, peer, agent });
          if (agent.kind === 'push') pushes.set(seq, { seq, time, ended: time + duration });
          return true;
        }
        default:
          return false;
      }
    },
    calls: calls.list,
    pushes: () => [...pushes.values()],
  };
}

export function isOf<Kind extends AgentCall['kind']>(kind: Kind) {
  return (call: ObservedAgentCall): call is ObservedAgentCall<Extract<AgentCall, { readonly kind: Kind }>> =>
    call.agent.kind === kind;
}
