import type {
  CaptureBatch,
  CaptureOutcome,
  CaptureTask,
  LearningOutcome,
  ReplaySetup,
} from '../../replay/capture-task.js';
import type { CompiledCore } from '../../replay/core/core-exports.js';
import type { LearningTask } from './capture-crew.js';

/** What a replay worker is started with. */
export interface WorkerStart {
  readonly core: CompiledCore;
  /** Directory that file names are relative to. */
  readonly root: string;
}

/** `taken`: a batch was used, so another may be sent. */
export type WorkerOrder =
  | { readonly kind: 'learn'; readonly task: LearningTask }
  | { readonly kind: 'setup'; readonly setup: ReplaySetup }
  | { readonly kind: 'replay'; readonly task: CaptureTask }
  | { readonly kind: 'taken' };

export type WorkerReply =
  | { readonly kind: 'work'; readonly bytes: number; readonly packets: number }
  | { readonly kind: 'batch'; readonly batch: CaptureBatch }
  | { readonly kind: 'learnt'; readonly outcome: LearningOutcome }
  | { readonly kind: 'replayed'; readonly outcome: CaptureOutcome }
  | { readonly kind: 'failed'; readonly message: string };

/** Batches that a worker may have sent and nobody has used yet: bounds what waits for an earlier capture to end. */
export const batchesUnderWay = 4;
