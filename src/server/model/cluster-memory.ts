import type { SyncEffect } from './sync-effect.js';

/** What the server keeps of one cluster id. Two memories, because the real server has two: they can disagree. */
export interface ClusterMemory {
  /** What answers are made of; only calls with an agent_id touch it. */
  readonly handshake: Handshake | null;
  /** What the inventory is made of. */
  readonly stored: StoredSnapshot | null;
}

export interface Handshake {
  /** uint64; 0 asks for everything. */
  readonly version: bigint;
  /** Unix time, ms, of the last call that was taken in. */
  readonly seen: number;
}

export interface StoredSnapshot {
  /** uint64. */
  readonly version: bigint;
  /** Not empty: the cluster is frozen. Cut at 4,096 UTF-16 units. */
  readonly errorMsg: string;
  /** Unix time, ms, of the last call with this version. */
  readonly time: number;
  /** `seq` of the call whose entries these are. */
  readonly seq: number;
  readonly entryCount: number;
}

/** The facts of a KubernetesAPISync call that decide its answer. */
export interface SyncFacts {
  readonly seq: number;
  /** Unix time, ms. */
  readonly time: number;
  readonly clusterId: string;
  readonly version: bigint;
  readonly errorMsg: string;
  readonly agentId: number;
  readonly entryCount: number;
  /** `team_id` is empty or names a team that exists. */
  readonly teamKnown: boolean;
}

export interface SyncDecision {
  /** The memory after the call; the same object where nothing changed. */
  readonly memory: ClusterMemory;
  /** `version` of the answer; null: unset. */
  readonly answerVersion: bigint | null;
  readonly effect: SyncEffect;
}

/** After this long without a call, ms, the server forgets. */
export const agingTime = 86_400_000;

export const emptyMemory: ClusterMemory = { handshake: null, stored: null };

/**
 * How servers of v6.5 and v7 take a call. The content of the entries plays no part: the answer is given before they are
 * looked at.
 */
export function decideAsServer(memory: ClusterMemory, call: SyncFacts): SyncDecision {
  if (call.version === 0n || call.clusterId === '' || !call.teamKnown) {
    return { memory, answerVersion: null, effect: 'dropped' };
  }
  if (call.agentId === 0) {
    return call.entryCount === 0
      ? { memory, answerVersion: null, effect: 'dropped' }
      : { answerVersion: null, ...takeIn(memory, call) };
  }
  const handshake = agedHandshake(memory.handshake, call.time);
  const held = handshake?.version ?? 0n;
  if (call.version !== held && call.entryCount === 0) {
    const unchanged = handshake === memory.handshake;
    return { memory: unchanged ? memory : { ...memory, handshake }, answerVersion: held, effect: 'dropped' };
  }
  const taken = takeIn(memory, call);
  return {
    memory: { ...taken.memory, handshake: { version: call.version, seen: call.time } },
    answerVersion: call.version,
    effect: taken.effect,
  };
}

/**
 * How the document promises it: the answer is the version accepted last, whoever asks; a report of an error reaches the
 * server even where the version that comes with it is not held.
 */
export function decideAsDocument(memory: ClusterMemory, call: SyncFacts): SyncDecision {
  if (call.clusterId === '') {
    return { memory, answerVersion: null, effect: 'dropped' };
  }
  const stored = agedSnapshot(memory.stored, call.time);
  const held = stored?.version ?? 0n;
  if (call.version !== 0n && (call.entryCount > 0 || call.version === held)) {
    return { answerVersion: call.version, ...takeIn(memory, call) };
  }
  if (call.errorMsg !== '' && stored !== null) {
    return { memory: { ...memory, stored: refresh(stored, call) }, answerVersion: held, effect: 'refreshed' };
  }
  return { memory: stored === memory.stored ? memory : { ...memory, stored }, answerVersion: held, effect: 'dropped' };
}

/** What storage does with a call that was let in: entries count only where the version is another one, also a smaller one. */
function takeIn(memory: ClusterMemory, call: SyncFacts): { memory: ClusterMemory; effect: SyncEffect } {
  const stored = agedSnapshot(memory.stored, call.time);
  if (stored !== null && stored.version === call.version) {
    return { memory: { ...memory, stored: refresh(stored, call) }, effect: 'refreshed' };
  }
  const { version, time, seq, entryCount } = call;
  return {
    memory: { ...memory, stored: { version, errorMsg: cut(call.errorMsg), time, seq, entryCount } },
    effect: 'stored',
  };
}

function refresh(stored: StoredSnapshot, call: SyncFacts): StoredSnapshot {
  return { ...stored, errorMsg: cut(call.errorMsg), time: call.time };
}

function agedHandshake(handshake: Handshake | null, time: number): Handshake | null {
  return handshake !== null && time - handshake.seen > agingTime ? { ...handshake, version: 0n } : handshake;
}

/** What storage holds at `time`: records that were not refreshed for `agingTime` are gone. */
export function agedSnapshot(stored: StoredSnapshot | null, time: number): StoredSnapshot | null {
  return stored !== null && time - stored.time > agingTime ? null : stored;
}

function cut(text: string): string {
  return text.length > 4096 ? text.slice(0, 4096) : text;
}
