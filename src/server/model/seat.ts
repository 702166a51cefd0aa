/** Which agent of a cluster has to watch Kubernetes, and why each of the others has not. */
export interface Seat {
  readonly clusterId: string;
  /** "ctrl_ip-ctrl_mac"; null where nobody holds it. */
  readonly holder: string | null;
  /** Unix time, ms, at which the holder took it; null as above. */
  readonly since: number | null;
  /** Unix time, ms, of the holder's last Sync; null as above. */
  readonly heard: number | null;
  /** Unix time, ms, at which the seat falls vacant if nothing is heard of the holder; null as above. */
  readonly until: number | null;
  /** Agents that named this cluster lately, latest Sync first. */
  readonly claims: readonly SeatClaim[];
}

export interface SeatClaim {
  /** "ctrl_ip-ctrl_mac". */
  readonly agent: string;
  /** null: not registered. */
  readonly agentId: number | null;
  /** Unix time, ms, of its last Sync. */
  readonly heard: number;
  readonly holds: boolean;
  readonly reason: SeatReason;
  /** One sentence for a person. */
  readonly text: string;
}

export type SeatReason =
  /** It holds the seat since it came first, or when the one before had been silent for too long. */
  | 'came-first'
  /** It holds the seat since it only watches, and such an agent takes it at once. */
  | 'took-over'
  /** Another one holds it. */
  | 'taken'
  /** An agent that only watches took it from this one. */
  | 'was-taken-over'
  /** It held the seat and was silent for too long. */
  | 'was-silent'
  /** It says that it never watches. */
  | 'never-watches'
  | 'disabled';
