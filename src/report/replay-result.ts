import type { Topology } from '../platform/topology.js';
import type { CaptureSummary } from '../replay/capture-summary.js';
import type { ReplayReport } from '../replay/replay-report.js';

/** What reports for people are made from: the report for programs, and what of the replay it does not hold. */
export interface ReplayResult {
  readonly report: ReplayReport;
  /** With their counters, which tell what became of every packet. */
  readonly captures: readonly CaptureSummary[];
  /** Nodes, Pods and NICs as they are. */
  readonly topology: Topology;
}
