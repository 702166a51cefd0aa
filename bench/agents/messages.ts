import type { LoopFacts } from '../loop-watch.js';

/** What the two processes of this benchmark tell each other. Times as `now()` gives them. */
export interface AgentsScale {
  readonly agents: number;
  readonly clusters: number;
  /** Objects in each upload. */
  readonly objects: number;
  /** How long the load is measured, s. */
  readonly seconds: number;
}

export type ServerOrder =
  | { readonly kind: 'measure' }
  | { readonly kind: 'measured' }
  /** Gives the default group another configuration, in which the marker stands. */
  | { readonly kind: 'configure'; readonly round: number }
  | { readonly end: true };

export interface Configured {
  readonly changedAt: number;
}

/** Of the server since it was told to measure; sizes in bytes. */
export interface ServerMeasure {
  readonly loop: LoopFacts;
  /** Of the process since its start. */
  readonly peakMemory: number;
  /** Share of one core. */
  readonly cpu: number;
  readonly agents: number;
  readonly openStreams: Readonly<Record<string, number>>;
  readonly lostRecords: number;
  readonly problems: readonly string[];
}

export type ClientOrder =
  | { readonly kind: 'join'; readonly target: string; readonly scale: AgentsScale }
  /** Keeps the load up for so long, s. */
  | { readonly kind: 'load'; readonly seconds: number }
  /** Tells when all agents were pushed this configuration. */
  | { readonly kind: 'await-configuration'; readonly round: number; readonly withinMs: number }
  | { readonly end: true };

export interface Joined {
  /** ms from the first connection to the last agent that was registered and held its streams. */
  readonly took: number;
  readonly agents: number;
  /** Uploads of the first snapshots, bytes. */
  readonly uploadBytes: number;
}

export interface Told {
  readonly told: number;
  /** The last of them. */
  readonly lastAt: number;
}

/** Latencies in ms. */
export interface Latencies {
  readonly calls: number;
  readonly failed: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface LoadMeasure {
  readonly sync: Latencies;
  readonly genesis: Latencies;
  readonly heartbeats: Latencies;
  readonly remote: Latencies;
  readonly uploads: Latencies;
  /** Calls that were due and not answered before the next one was, and streams that ended. */
  readonly missed: number;
  /** On Push streams. */
  readonly pushes: number;
  readonly pushedBytes: number;
  /** Of the client's own event loop, which is in all latencies. */
  readonly loopDelayP99: number;
}

/** Between two calls of an agent, and between two changes of a cluster, ms. */
export const intervals = { sync: 60_000, genesis: 10_000, remote: 30_000, kubernetes: 10_000, change: 30_000 };

/** The configuration of a round, and the text by which agents know it. */
export function marker(round: number): string {
  return `max_millicpus: ${1000 + round}`;
}

export function configuration(round: number): string {
  return `global:\n  limits:\n    ${marker(round)}\n`;
}
