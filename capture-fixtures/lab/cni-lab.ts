import type { PlatformKind } from '../../src/platform/known-platform.js';
import type { CniId } from '../../src/replay/matrix-cell.js';
import type { BpfProgram } from './bpf.js';
import type { Network } from './network.js';
import type { PodName, Span } from './plan.js';
import type { LabPoint, Points } from './points.js';
import type { Tool } from './tools.js';

/** One CNI's data path, made of kernel parts. A file of `cni/` says only what is particular to it. */
export interface CniLab {
  /** Folder of its recordings. */
  readonly id: string;
  /** One sentence: which parts, and which CNI they stand for. */
  readonly title: string;
  /** The row of the coverage matrix. */
  readonly row: CniId;
  /** `guest` where the host's kernel usually lacks the parts. */
  readonly kernel: 'host' | 'guest';
  /** Besides what every lab needs. */
  readonly tools?: readonly Tool[];
  /** Compiled before a guest starts. */
  readonly programs?: readonly BpfProgram[];
  /** What the agents are to be configured with, so that the row holds; DeepFlow's keys. */
  readonly agent?: Readonly<Record<string, unknown>>;
  /** Where DeepFlow sees a conversation between the system calls of both ends, in order. Spans without are not recorded. */
  readonly points: Points;
  /** Of the refused connection, where they are others. */
  readonly refusedPoints?: Points;
  /** Spans that this data path cannot carry, with the reason. */
  readonly without?: Readonly<Partial<Record<Span, string>>>;
  /** Spans in which no segment is lost, as what arrives does not pass the netfilter of the client's namespace. */
  readonly lossless?: readonly Span[];
  /** Where a Service address becomes a Pod's: on the node, past the Pod's NIC, or before the packet leaves the Pod. */
  readonly serviceAt: 'node' | 'pod';
  /** Towards anything but Pods, a node puts its own address in place of its Pod's. */
  readonly masquerades?: boolean;
  /** What is done a second time: over IPv6, or between the Pods of a second VPC that have the same addresses. */
  readonly second?: 'ipv6' | 'vpc';
  /** Where the second time is seen, if elsewhere. */
  readonly secondPoints?: Points;
  /** The node puts its own address in place of a Pod's towards Services. */
  readonly masqueradesService?: boolean;
  /** What the replay is to advise of the right configuration, by span. */
  readonly advice?: Readonly<Partial<Record<Span, readonly string[]>>>;
  /** What other configurations make of the same recordings. */
  readonly variants?: readonly LabVariant[];
  readonly build: (network: Network, lab: LabFiles) => Promise<BuiltNetwork>;
}

export interface LabFiles {
  /** Folder of the lab's programs. */
  readonly program: string;
  /** Folder for compiled programs; holds those of a guest, which has no compiler. */
  readonly objects: string;
}

export interface LabVariant {
  readonly name: string;
  readonly span: Span;
  /** Settings in place of the lab's, by DeepFlow's keys. */
  readonly set?: Readonly<Record<string, unknown>>;
  readonly platform?: PlatformKind;
  /** DeepFlow was told other MACs of the Pods than their frames carry. */
  readonly otherPodMacs?: true;
  readonly points: readonly LabPoint[];
  /** Whether the lab's row holds. */
  readonly verdict: 'pass' | 'fail';
  /** First of what the replay advises. */
  readonly advice: string | null;
}

export interface BuiltNetwork {
  readonly addresses: Readonly<Record<PodName, string>>;
  /** Names of the Pods' VPCs, where there are several. */
  readonly vpcs?: Readonly<Record<PodName, string>>;
  /** IPv6, where Pods have both. */
  readonly addresses6?: Readonly<Record<PodName, string>>;
  readonly podNic: 'veth' | 'macvlan' | 'ipvlan';
  /** NIC of the root namespace that the Pod's NIC hangs on. */
  readonly hostNics: Readonly<Record<PodName, string>>;
  /** NICs of each node that are recorded, besides the Pods' ends. */
  readonly nodeNics: readonly string[];
  /** How a node reaches a Service, where not through the Pod's default route. */
  readonly addService?: (client: PodName, server: PodName) => Promise<void>;
  /** More files for the recording: generated programs, for example. */
  readonly files?: Readonly<Record<string, string>>;
}
