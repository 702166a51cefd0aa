import type { FlowRow } from '../../replay/flow-columns.js';

/**
 * Writes flow rows to one file. Memory is bounded as long as each promise is waited for, which is how a slow disk slows
 * the replay down. Both throw PlumblineError where the disk refuses.
 */
export interface FlowWriter {
  write(rows: readonly FlowRow[]): Promise<void>;
  /** Writes what is left and what the format ends with. The file is closed whether that succeeds or not. */
  close(): Promise<void>;
}
