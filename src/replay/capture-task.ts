import type { AgentType } from '../agent-config/agent-type.js';
import type { ClusterResources } from '../platform/cluster-resources.js';
import type { PlatformKind } from '../platform/known-platform.js';
import type { Topology } from '../platform/topology.js';
import type { CaptureInterface, CoreConfig, LearntPair } from './core/index.js';
import type { DecisionSettings } from './decide-record.js';
import type { FlowRow } from './flow-columns.js';
import type { CaptureCounters } from './flow-record.js';
import type { Observation } from './observation.js';

// Everything here is plain data (what the structured clone of workers takes), so that a capture can be replayed anywhere.

/** What all captures of a replay share. */
export interface ReplaySetup {
  readonly topology: Topology;
  readonly platform: PlatformKind;
  /** For the tags of flow rows; null where none are wanted or nobody gives them. */
  readonly resources: ClusterResources | null;
  readonly withFlowRows: boolean;
  /** Observations carry how they were decided; else only those that advice asks about do. */
  readonly withExplanations: boolean;
}

/** One capturing place, and what the agent there is told. */
export interface CaptureTask {
  /** Place among the captures of the replay: results are merged in this order. */
  readonly index: number;
  readonly node: string;
  readonly nic: string;
  /** In the order of time. */
  readonly files: readonly string[];
  readonly core: CoreConfig;
  readonly decision: DecisionSettings & { readonly agentType: AgentType };
  /** NICs by interface index, for a capture of all NICs (SLL2); those that the agent does not capture are null. */
  readonly nicsByIndex: ReadonlyMap<number, string | null>;
}

/** A part of a capture's rows, in the order in which they were made. */
export interface CaptureBatch {
  readonly observations: readonly Observation[];
  readonly flowRows: readonly FlowRow[];
}

/** What is wrong with one file. */
export interface FileFault {
  readonly file: string;
  /** `refused`: nothing of it was read. `damaged`: what came before the damage was. */
  readonly kind: 'refused' | 'damaged';
  readonly message: string;
}

export interface CaptureOutcome {
  readonly counters: CaptureCounters;
  readonly interfaces: readonly CaptureInterface[];
  readonly faults: readonly FileFault[];
  /** Flow records of interfaces that the agent does not capture (SLL2). */
  readonly recordsLeftOut: number;
}

/** What a learning pass over one capture tells. */
export interface LearningOutcome extends Pick<CaptureOutcome, 'counters' | 'interfaces' | 'faults'> {
  readonly pairs: readonly LearntPair[];
}
