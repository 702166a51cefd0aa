import type { JournalRecord } from '../journal/record.js';
import { scanSyncRequest } from '../wire/wire-format.js';

/** How long an agent is watched when only its uploads are judged. */
export interface Observation {
  observe(record: JournalRecord): void;
  /** Resolves when enough was seen: an upload, and after it what the agent does while nothing changes. */
  readonly enough: Promise<void>;
  dispose(): void;
}

const callsAfterUpload = 3;

/**
 * Enough is an upload and three more calls of KubernetesAPISync; an agent that calls more seldom is waited for `patienceMs` after
 * its upload.
 */
export function createObservation(patienceMs: number): Observation {
  let finish: () => void = () => {};
  const enough = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let after: number | null = null;
  let timer: NodeJS.Timeout | undefined;
  return {
    enough,
    observe: (record) => {
      if (record.kind !== 'call' || record.outcome !== 'unary' || !record.path.endsWith('/KubernetesAPISync')) return;
      if (after !== null) {
        after += 1;
        if (after >= callsAfterUpload) finish();
      } else if (scanSyncRequest(record.request).entryCount > 0) {
        after = 0;
        timer = setTimeout(finish, patienceMs);
      }
    },
    dispose: () => clearTimeout(timer),
  };
}
