import type { TapSide } from '../../replay/observation-point.js';
import type { StepStatus } from '../replay-path.js';

/** A point of one or several conversations at one place. */
export interface Badge {
  readonly tapSide: TapSide;
  readonly status: StepStatus;
  readonly fails: boolean;
  readonly conversations: number;
}

/** `captured`: the agent captures there, and a capture was given. */
export type NicState = 'captured' | 'left-out' | 'no-capture';

export interface DrawnNic {
  readonly name: string;
  readonly state: NicState;
  readonly title: string;
  readonly badges: readonly Badge[];
}

export interface DrawnPod {
  /** `namespace/name`. */
  readonly key: string;
  readonly name: string;
  readonly namespace: string;
  readonly title: string;
  /** The end of its veth in the root namespace, drawn beneath it; null where it hangs on a NIC of the node. */
  readonly end: DrawnNic | null;
  /** That NIC of the node, or the one that its traffic leaves by. */
  readonly uplink: string | null;
  /** Points of its processes. */
  readonly badges: readonly Badge[];
}

export interface DrawnNode {
  readonly name: string;
  readonly pods: readonly DrawnPod[];
  readonly morePods: number;
  readonly nics: readonly DrawnNic[];
  readonly moreNics: number;
  /** Points of processes of the node itself. */
  readonly badges: readonly Badge[];
}

export interface PathEnd {
  readonly node: string;
  /** Key of a drawn Pod, or null for the node itself. */
  readonly pod: string | null;
}

/** All conversations between two ends. */
export interface DrawnPath {
  readonly number: number;
  readonly client: PathEnd;
  readonly server: PathEnd;
  readonly title: string;
  readonly conversations: number;
  readonly failed: number;
  readonly judged: boolean;
}

export interface Drawing {
  readonly nodes: readonly DrawnNode[];
  readonly paths: readonly DrawnPath[];
  /** What is not drawn, in words. */
  readonly leftOut: readonly string[];
}
