import type { WatchPolicy } from './agent-record.js';
import { createBoundedMap } from './bounded-map.js';
import type { SavedSeat } from './saved-state.js';
import type { Seat, SeatClaim, SeatReason } from './seat.js';
import type { OnWrite } from './state-write.js';

/** Which agent of a cluster has to watch Kubernetes. */
export interface Election {
  elect(candidate: Candidate): Elected;
  /** Whether an agent holds the seat of a cluster at the moment. @param agent "ctrl_ip-ctrl_mac" @param time Unix time, ms */
  holds(clusterId: string, agent: string, time: number): boolean;
  /** @param idOf the id of a registered agent, by "ctrl_ip-ctrl_mac" */
  seats(time: number, idOf: (agent: string) => number | null): readonly Seat[];
  saved(): readonly SavedSeat[];
}

export interface Candidate {
  readonly clusterId: string;
  /** "ctrl_ip-ctrl_mac". */
  readonly agent: string;
  /** Unix time, ms. */
  readonly time: number;
  /** `watch-only` takes the seat at once; two such agents take it from each other at each call. */
  readonly policy: WatchPolicy;
  readonly enabled: boolean;
}

export interface Elected {
  /** The candidate holds the seat after this call. */
  readonly holds: boolean;
  /** Another agent than before holds it. */
  readonly changed: boolean;
}

/** A holder that was not heard of for this long, ms, loses its seat. */
export const seatTime = 600_000;

const maxSeats = 100_000;
const maxClaims = 100_000;

interface HeldSeat {
  readonly holder: string;
  readonly since: number;
  readonly heard: number;
}

interface Claim {
  readonly clusterId: string;
  readonly agent: string;
  readonly heard: number;
  readonly reason: SeatReason;
}

export function createElection(saved: readonly SavedSeat[] = [], onWrite?: OnWrite<SavedSeat>): Election {
  const seats = createBoundedMap<HeldSeat>(maxSeats, (clusterId, seat) =>
    onWrite?.(clusterId, { clusterId, ...seat }, null),
  );
  /** The latest of each agent of each cluster. */
  const claims = createBoundedMap<Claim>(maxClaims);
  for (const { clusterId, holder, since, heard } of saved) seats.set(clusterId, { holder, since, heard });

  function isHeld(seat: HeldSeat, time: number): boolean {
    return time - seat.heard <= seatTime;
  }

  function note({ clusterId, agent, time }: Candidate, reason: SeatReason): void {
    claims.set(`${clusterId} ${agent}`, { clusterId, agent, heard: time, reason });
  }

  function renote(clusterId: string, agent: string, reason: SeatReason): void {
    const claim = claims.get(`${clusterId} ${agent}`);
    if (claim !== undefined) claims.set(`${clusterId} ${agent}`, { ...claim, reason });
  }

  /** Where another agent held the seat, that one is told why it holds it no more. */
  function take(candidate: Candidate, before: HeldSeat | undefined): Elected {
    const { clusterId, agent, time } = candidate;
    const changed = before === undefined || before.holder !== agent;
    const tookOver = changed && before !== undefined && isHeld(before, time);
    if (changed && before !== undefined) renote(clusterId, before.holder, tookOver ? 'was-taken-over' : 'was-silent');
    const first = claims.get(`${clusterId} ${agent}`)?.reason;
    const still = !changed && first === 'took-over';
    note(candidate, tookOver || still ? 'took-over' : 'came-first');
    const seat = { holder: agent, since: changed ? time : (before?.since ?? time), heard: time };
    seats.set(clusterId, seat);
    onWrite?.(clusterId, before === undefined ? null : { clusterId, ...before }, { clusterId, ...seat });
    return { holds: true, changed };
  }

  /** Of an agent that may not hold the seat. One that it holds stays its own, but is not kept for longer, as in the real server. */
  function passOver(candidate: Candidate, reason: SeatReason): Elected {
    note(candidate, reason);
    return { holds: false, changed: false };
  }

  function claimsByCluster(time: number): Map<string, Claim[]> {
    const found = new Map<string, Claim[]>();
    for (const [, claim] of claims.entries()) {
      if (time - claim.heard > seatTime) continue;
      const of = found.get(claim.clusterId) ?? [];
      found.set(claim.clusterId, of);
      of.push(claim);
    }
    return found;
  }

  return {
    elect: (candidate) => {
      const { clusterId, agent, time, policy, enabled } = candidate;
      if (clusterId === '' || clusterId.length > 256 || agent.length > 1024) return { holds: false, changed: false };
      const seat = seats.get(clusterId);
      if (policy === 'never') return passOver(candidate, 'never-watches');
      if (!enabled) return passOver(candidate, 'disabled');
      const taken = seat !== undefined && seat.holder !== agent && isHeld(seat, time);
      if (taken && policy !== 'watch-only') {
        const known = claims.get(`${clusterId} ${agent}`)?.reason;
        note(candidate, known === 'was-taken-over' || known === 'was-silent' ? known : 'taken');
        return { holds: false, changed: false };
      }
      return take(candidate, seat);
    },
    holds: (clusterId, agent, time) => {
      const seat = seats.get(clusterId);
      return seat !== undefined && seat.holder === agent && isHeld(seat, time);
    },
    seats: (time, idOf) => {
      const claimed = claimsByCluster(time);
      const clusters = new Set([...[...seats.entries()].map(([clusterId]) => clusterId), ...claimed.keys()]);
      return [...clusters].sort().map((clusterId) => {
        const known = seats.get(clusterId);
        const seat = known !== undefined && isHeld(known, time) ? known : null;
        const of = (claimed.get(clusterId) ?? []).reverse();
        return {
          clusterId,
          holder: seat?.holder ?? null,
          since: seat?.since ?? null,
          heard: seat?.heard ?? null,
          until: seat === null ? null : seat.heard + seatTime,
          claims: of.map((claim) => describeClaim(claim, seat, idOf(claim.agent))),
        };
      });
    },
    saved: () => [...seats.entries()].map(([clusterId, seat]) => ({ clusterId, ...seat })),
  };
}

function describeClaim({ agent, heard, reason }: Claim, seat: HeldSeat | null, agentId: number | null): SeatClaim {
  return { agent, agentId, heard, holds: seat?.holder === agent, reason, text: textOf(reason, seat) };
}

function textOf(reason: SeatReason, seat: HeldSeat | null): string {
  const holder = seat === null ? 'Nobody holds the seat now.' : `The seat is held by ${seat.holder}.`;
  switch (reason) {
    case 'came-first':
      return 'It holds the seat: it came first, or the one before it had not been heard of for 600 s.';
    case 'took-over':
      return 'It holds the seat: it only watches Kubernetes, and such an agent takes the seat at once.';
    case 'taken':
      return `It came later: the seat is kept for as long as its holder is heard of every 600 s. ${holder}`;
    case 'was-taken-over':
      return `It held the seat until an agent that only watches took it. ${holder}`;
    case 'was-silent':
      return `It held the seat and was not heard of for 600 s. ${holder}`;
    case 'never-watches':
      return `It says that it never watches (K8S_WATCH_POLICY=watch-disabled), so it is no candidate. ${holder}`;
    case 'disabled':
      return `It is disabled, so it is no candidate. ${holder}`;
  }
}
