import { setImmediate as nextTurn } from 'node:timers/promises';
import type { JournalWriter } from '../journal/journal-writer.js';
import type { JournalRecord } from '../journal/record.js';
import { isLargeMessage } from './large-message.js';

export type RecordListener = (record: JournalRecord) => void;

/** Writes records down and then tells those who look on, in the same order. */
export interface Recorder {
  nextSeq(): number;
  /** Resolves once the record is in the journal and the listeners have seen it; never rejects. */
  record(record: JournalRecord): Promise<void>;
  /** @returns takes the listener away again */
  onRecord(listener: RecordListener): () => void;
  stats(): RecorderStats;
  /** Resolves when every record handed in so far is done. */
  idle(): Promise<void>;
}

export interface RecorderStats {
  readonly records: number;
  /** Records that the journal could not take. The calls were answered all the same. */
  readonly lost: number;
  /** Why the last of them was lost; null where none was. */
  readonly lastLoss: string | null;
  /** Records on their way into the journal. */
  readonly pending: number;
}

export interface RecorderOptions {
  /** null: nothing is written down. */
  readonly journal: JournalWriter | null;
  /** The highest number of a call that is remembered besides those of the journal. Default 0. */
  readonly lastSeq?: number;
  /** Told at once of what must not go unnoticed. */
  readonly onProblem: (message: string, cause: unknown) => void;
}

export function createRecorder({ journal, lastSeq = 0, onProblem }: RecorderOptions): Recorder {
  const listeners = new Set<RecordListener>();
  let seq = Math.max(lastSeq, journal?.lastSeq ?? 0);
  let records = 0;
  let lost = 0;
  let pending = 0;
  let lastLoss: string | null = null;
  let last: Promise<void> = Promise.resolve();

  async function write(record: JournalRecord): Promise<void> {
    try {
      await journal?.append(record);
    } catch (error) {
      lost += 1;
      lastLoss = error instanceof Error ? error.message : String(error);
      onProblem(`A record was lost (${lost} so far): ${lastLoss}`, error);
    }
  }

  function tell(record: JournalRecord, listener: RecordListener): void {
    try {
      listener(record);
    } catch (error) {
      onProblem('A listener of records failed', error);
    }
  }

  /** What each of them does with a large message takes long enough. */
  async function tellInTurns(record: JournalRecord): Promise<void> {
    for (const listener of listeners) {
      await nextTurn();
      tell(record, listener);
    }
  }

  /** Behind the one before, so that listeners see the journal's order whatever the journal settles first. */
  async function settle(record: JournalRecord, written: Promise<void>, before: Promise<void>): Promise<void> {
    await before;
    await written;
    pending -= 1;
    if (isLarge(record)) await tellInTurns(record);
    else for (const listener of listeners) tell(record, listener);
  }

  return {
    nextSeq: () => {
      seq += 1;
      return seq;
    },
    record: (record) => {
      records += 1;
      pending += 1;
      last = settle(record, write(record), last);
      return last;
    },
    onRecord: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stats: () => ({ records, lost, lastLoss, pending }),
    idle: () => last,
  };
}

function isLarge(record: JournalRecord): boolean {
  return record.kind === 'call' && isLargeMessage(record.request);
}
