/** What the processes of this benchmark tell each other. */
export interface DataScale {
  readonly agents: number;
  readonly clusters: number;
  /** Objects in each upload. */
  readonly objects: number;
  /** How long the server lives each time, s. */
  readonly seconds: number;
}

export interface Ready {
  readonly target: string;
  /** From the start of the process until calls are answered, ms. */
  readonly took: number;
  readonly agents: number;
  readonly snapshots: number;
}

export type ClientOrder =
  | { readonly kind: 'join'; readonly target: string; readonly scale: DataScale }
  | { readonly kind: 'load'; readonly seconds: number }
  | { readonly kind: 'rejoin'; readonly target: string }
  | { readonly end: true };

export interface Rejoined {
  /** ms from the first connection to the last agent that was answered. */
  readonly took: number;
  /** Agents that have another id than before. */
  readonly otherIds: number;
  /** Clusters whose seat another agent has than before. */
  readonly otherSeats: number;
  /** Clusters of which the server holds neither the upload that was answered last nor the one that was under way. */
  readonly lostUploads: number;
  /** Clusters that had to be uploaded again as the upload under way had not arrived. */
  readonly repeatedUploads: number;
}
