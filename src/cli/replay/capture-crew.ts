import type {
  CaptureBatch,
  CaptureOutcome,
  CaptureTask,
  LearningOutcome,
  ReplaySetup,
} from '../../replay/capture-task.js';
import type { CoreConfig } from '../../replay/core/core-config.js';

export interface LearningTask {
  /** In the order of time. */
  readonly files: readonly string[];
  readonly core: CoreConfig;
}

export type TakeBatch = (index: number, batch: CaptureBatch) => Promise<void> | void;

/** Reads captures, in this thread or in several. Outcomes come in the order of the tasks, and so do batches. */
export interface CaptureCrew {
  learn(tasks: readonly LearningTask[]): Promise<readonly LearningOutcome[]>;
  replay(setup: ReplaySetup, tasks: readonly CaptureTask[], take: TakeBatch): Promise<readonly CaptureOutcome[]>;
  close(): Promise<void>;
}

/** Told of bytes read from disk and of packets, each time some more. */
export type OnWork = (bytes: number, packets: number) => void;
