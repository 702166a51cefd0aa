import type { CallRecord } from './record.js';

export interface MemoryJournalLimits {
  /** Calls that are kept. */
  readonly calls: number;
  /** Bytes of messages that are kept. */
  readonly bytes: number;
  /** A longer answer, bytes, is not kept: thousands of agents are told the same. Default: any is. */
  readonly answerBytes?: number;
}

export interface RememberedCall {
  /** From 1, in the order in which the calls took effect. */
  readonly position: number;
  /** `request` and `response` are empty where they were dropped. */
  readonly call: CallRecord;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** Both messages had to make room; the lengths are still known. */
  readonly bodiesDropped: boolean;
  /** The answer had to make room, or was too long. */
  readonly answerDropped: boolean;
}

/** The latest calls, for people who look on. Bounded: what it forgot is counted. */
export interface MemoryJournal {
  append(call: CallRecord): void;
  /** In order of `position`, from the first one behind `position` that is still known. */
  after(position: number, limit: number): readonly RememberedCall[];
  /** By `CallRecord.seq`. */
  get(seq: number): RememberedCall | null;
  stats(): MemoryJournalStats;
}

export interface MemoryJournalStats {
  readonly calls: number;
  readonly bytes: number;
  readonly droppedCalls: number;
  readonly droppedBodies: number;
  /** Answers that were too long. */
  readonly droppedAnswers: number;
  readonly lastPosition: number;
}

const noBytes = new Uint8Array(0);

export function createMemoryJournal(limits: MemoryJournalLimits): MemoryJournal {
  /** A ring: position p is at p % limits.calls. Thousands of calls per second go through it, so it holds nothing else of them. */
  const ring: CallRecord[] = [];
  const { answerBytes = Number.POSITIVE_INFINITY } = limits;
  /** By position: how long the messages were of which one had to go, or both. */
  const dropped = new Map<number, Pick<RememberedCall, 'requestBytes' | 'responseBytes' | 'bodiesDropped'>>();
  let lastPosition = 0;
  let firstWithBodies = 1;
  let bytes = 0;
  let droppedCalls = 0;
  let droppedBodies = 0;
  let droppedAnswers = 0;

  const held = (): number => Math.min(lastPosition, limits.calls);
  const at = (position: number): CallRecord | undefined => ring[position % limits.calls];

  function sizesOf(position: number, { request, response }: CallRecord) {
    const whole = { requestBytes: request.length, responseBytes: response.length, bodiesDropped: false };
    return dropped.get(position) ?? whole;
  }

  function dropBodies(position: number): void {
    const call = at(position);
    const size = call === undefined ? 0 : keptBytes(call);
    if (call === undefined || size === 0) return;
    const { requestBytes, responseBytes } = sizesOf(position, call);
    dropped.set(position, { requestBytes, responseBytes, bodiesDropped: true });
    ring[position % limits.calls] = { ...call, request: noBytes, response: noBytes };
    bytes -= size;
    droppedBodies += 1;
  }

  function remembered(position: number): RememberedCall | null {
    const call = at(position);
    if (call === undefined) return null;
    const answerDropped = dropped.has(position);
    return { position, call, ...sizesOf(position, call), answerDropped };
  }

  return {
    append: (call) => {
      lastPosition += 1;
      const oldest = at(lastPosition);
      if (oldest !== undefined) {
        bytes -= keptBytes(oldest);
        dropped.delete(lastPosition - limits.calls);
        droppedCalls += 1;
      }
      const kept = call.response.length <= answerBytes ? call : { ...call, response: noBytes };
      if (kept !== call) {
        dropped.set(lastPosition, sizesOf(lastPosition, call));
        droppedAnswers += 1;
      }
      ring[lastPosition % limits.calls] = kept;
      bytes += keptBytes(kept);
      firstWithBodies = Math.max(firstWithBodies, lastPosition - held() + 1);
      while (bytes > limits.bytes && firstWithBodies <= lastPosition) {
        dropBodies(firstWithBodies);
        firstWithBodies += 1;
      }
    },
    after: (position, limit) => {
      const first = Math.max(position, lastPosition - held()) + 1;
      const found: RememberedCall[] = [];
      for (let next = first; next <= lastPosition && found.length < limit; next++) {
        const call = remembered(next);
        if (call !== null) found.push(call);
      }
      return found;
    },
    get: (seq) => {
      for (let position = lastPosition; position > lastPosition - held(); position--) {
        if (at(position)?.seq === seq) return remembered(position);
      }
      return null;
    },
    stats: () => ({ calls: held(), bytes, droppedCalls, droppedBodies, droppedAnswers, lastPosition }),
  };
}

function keptBytes(call: CallRecord): number {
  return call.request.length + call.response.length;
}
