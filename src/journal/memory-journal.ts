import type { CallRecord } from './record.js';

export interface MemoryJournalLimits {
  /** Calls that are kept. */
  readonly calls: number;
  /** Bytes of messages that are kept. */
  readonly bytes: number;
}

export interface RememberedCall {
  /** From 1, in the order in which the calls took effect. */
  readonly position: number;
  /** `request` and `response` are empty where `bodiesDropped`. */
  readonly call: CallRecord;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** The messages had to make room; the lengths are still known. */
  readonly bodiesDropped: boolean;
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
  readonly lastPosition: number;
}

const noBytes = new Uint8Array(0);

export function createMemoryJournal(limits: MemoryJournalLimits): MemoryJournal {
  const byPosition = new Map<number, RememberedCall>();
  const positionOfSeq = new Map<number, number>();
  let lastPosition = 0;
  let firstWithBodies = 1;
  let bytes = 0;
  let droppedCalls = 0;
  let droppedBodies = 0;

  function dropBodies(position: number): void {
    const remembered = byPosition.get(position);
    const size = remembered === undefined ? 0 : keptBytes(remembered);
    if (remembered === undefined || size === 0) {
      return;
    }
    const call = { ...remembered.call, request: noBytes, response: noBytes };
    byPosition.set(position, { ...remembered, call, bodiesDropped: true });
    bytes -= size;
    droppedBodies += 1;
  }

  function dropCall(position: number): void {
    const remembered = byPosition.get(position);
    if (remembered !== undefined) {
      bytes -= keptBytes(remembered);
      byPosition.delete(position);
      positionOfSeq.delete(remembered.call.seq);
      droppedCalls += 1;
    }
  }

  return {
    append: (call) => {
      lastPosition += 1;
      const requestBytes = call.request.length;
      const responseBytes = call.response.length;
      byPosition.set(lastPosition, { position: lastPosition, call, requestBytes, responseBytes, bodiesDropped: false });
      positionOfSeq.set(call.seq, lastPosition);
      bytes += requestBytes + responseBytes;
      while (bytes > limits.bytes && firstWithBodies <= lastPosition) {
        dropBodies(firstWithBodies);
        firstWithBodies += 1;
      }
      while (byPosition.size > limits.calls) {
        dropCall(lastPosition - byPosition.size + 1);
      }
    },
    after: (position, limit) => {
      const first = Math.max(position, lastPosition - byPosition.size) + 1;
      const found: RememberedCall[] = [];
      for (let at = first; at <= lastPosition && found.length < limit; at++) {
        const remembered = byPosition.get(at);
        if (remembered !== undefined) {
          found.push(remembered);
        }
      }
      return found;
    },
    get: (seq) => byPosition.get(positionOfSeq.get(seq) ?? 0) ?? null,
    stats: () => ({ calls: byPosition.size, bytes, droppedCalls, droppedBodies, lastPosition }),
  };
}

function keptBytes(remembered: RememberedCall): number {
  return remembered.call.request.length + remembered.call.response.length;
}
