import type { CaptureCounters } from './flow-record.js';
import type { Position } from './observation.js';

/** One capture of the site: what it held, and whether DeepFlow would have captured there. */
export interface CaptureSummary {
  readonly node: string;
  readonly nic: string;
  /** `namespace/name` where it was taken inside a Pod. */
  readonly pod: string | null;
  readonly files: readonly string[];
  readonly packets: number;
  readonly bytes: number;
  /** The agent's configuration captures this NIC. */
  readonly captured: boolean;
  /** Why it is not captured, or what else is to be said; "" for nothing. */
  readonly note: string;
  readonly position: Exclude<Position, 'syscall'>;
  /** Null where it was not replayed. */
  readonly counters: CaptureCounters | null;
}
