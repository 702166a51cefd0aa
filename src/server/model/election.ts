import { createBoundedMap } from './bounded-map.js';

/** Which agent of a cluster has to watch Kubernetes. */
export interface Election {
  /** Whether the caller holds the seat after this call. */
  elect(candidate: Candidate): boolean;
  /** The agent that holds the seat of a cluster, as "ctrl_ip-ctrl_mac"; null where nobody does. */
  holder(clusterId: string): string | null;
}

export interface Candidate {
  readonly clusterId: string;
  readonly agentKey: string;
  /** Unix time, ms. */
  readonly time: number;
  /** It only watches, so it takes the seat at once; two such agents take it from each other at each call. */
  readonly watchOnly: boolean;
  /** It refuses to watch. */
  readonly neverWatches: boolean;
}

/** A holder that was not heard of for this long, ms, loses its seat. */
const seatTime = 600_000;

const maxSeats = 100_000;

export function createElection(): Election {
  const seats = createBoundedMap<{ readonly agentKey: string; readonly seen: number }>(maxSeats);
  return {
    elect: ({ clusterId, agentKey, time, watchOnly, neverWatches }) => {
      if (clusterId === '' || clusterId.length > 256 || neverWatches) {
        return false;
      }
      const seat = seats.get(clusterId);
      const taken = seat !== undefined && seat.agentKey !== agentKey && time - seat.seen <= seatTime;
      if (taken && !watchOnly) {
        return false;
      }
      seats.set(clusterId, { agentKey, seen: time });
      return true;
    },
    holder: (clusterId) => seats.get(clusterId)?.agentKey ?? null,
  };
}
