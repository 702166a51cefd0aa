import type { JournalRecord, JudgingFacts } from '../../journal/record.js';

/** Tells by the records of a journal whether the run that wrote it came to its end. */
export interface RunEnd {
  /** To be given each record, in order. */
  observe(record: JournalRecord): void;
  /** By what the run was broken off; null where it came to its end, or was to have none, as a server that is played. */
  brokenOff(): string | null;
}

const died = 'its journal ends before the run did';

export function createRunEnd(): RunEnd {
  /** The kind of record that says how the run ended. */
  let awaited: 'stop' | 'scene' | null = null;
  let broken: string | null = null;
  return {
    observe(record) {
      switch (record.kind) {
        case 'start':
          // Another run, or the same one, whose server was made to start again.
          awaited = endOf(record.judging);
          broken = awaited === null ? null : died;
          break;
        case 'stop':
          if (awaited === 'stop') broken = record.interrupted ?? null;
          break;
        case 'scene':
          broken = record.brokenOff ? 'the run was interrupted within this scenario' : null;
          break;
        default:
          break;
      }
    },
    brokenOff: () => broken,
  };
}

function endOf(judging: JudgingFacts | undefined): 'stop' | 'scene' | null {
  if (judging?.untilStop === true) return 'stop';
  return judging?.scenario === undefined ? null : 'scene';
}
