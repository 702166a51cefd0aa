/** Argument of a server process: it measures the delay of its event loop. */
export const watchLoop = 'watch-loop';

/** What a server process tells of one large upload. Times as `now()` gives them; delays in ms, sizes in bytes. */
export interface SnapshotMeasure {
  /** The call was in the journal, and the judge was told. */
  readonly recordedAt: number;
  /** Entries and snapshot were judged. */
  readonly analysedAt: number;
  /** Verdict and inventory were taken. */
  readonly readyAt: number;
  /** The inventory was there as JSON, too. */
  readonly inventoryJsonAt: number;
  readonly inventoryJsonBytes: number;
  /** Of the main thread since the upload before. */
  readonly loopDelayP99: number;
  readonly loopDelayMax: number;
  /** Of the process since its start. */
  readonly peakMemory: number;
  readonly state: string;
  readonly shown: number;
  readonly rulesJudged: number;
  readonly faults: readonly string[];
}

/** What a heartbeat client is to do. */
export interface HeartbeatOrder {
  /** "address:port". */
  readonly target: string;
  readonly path: string;
  readonly request: Uint8Array;
  readonly inFlight: number;
  /** ms between an answer and the next call. */
  readonly pause: number;
  /** ms. */
  readonly duration: number;
}

/** Latencies in ms. */
export interface HeartbeatMeasure {
  readonly calls: number;
  readonly failed: number;
  readonly callsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}
