import type { PlatformKind } from '../platform/known-platform.js';
import type { TapSide } from './observation-point.js';

/** Where a conversation's ends live. */
export const spans = ['same-node', 'cross-node', 'pod-to-service', 'pod-to-node', 'node-to-pod'] as const;

export type Span = (typeof spans)[number];

export const cniIds = [
  'veth',
  'cilium',
  'cilium-default-regex',
  'macvlan',
  'cce-turbo',
  'ipvlan',
  'terway',
  'kube-ovn-vxlan',
  'kube-ovn-geneve',
  'kube-ovn-underlay',
] as const;

export type CniId = (typeof cniIds)[number];

/** Facts of a site or of a conversation that choose between variants of a cell. */
export interface VariantFacts {
  /** The Node NICs carry the conversation inside a tunnel that was taken off. */
  readonly tunnelled: boolean;
  /** Pods of the conversation have IPVlan NICs. */
  readonly ipvlan: boolean;
  /** DeepFlow was told the node's MAC for those Pods' NICs, as an IPVlan NIC has it. */
  readonly podMacIsNodes: boolean;
  /** The client has another address after its node. */
  readonly clientNat: boolean;
}

export interface Variant {
  /** The variant holds where all of these do; without any it always holds. */
  readonly when?: Partial<VariantFacts>;
  readonly tapSides: readonly TapSide[];
  readonly why: string;
}

/** What a place shows: on which NIC, both directions or one, and whether one set of packets stands for both ends. */
export interface PositionExpectation {
  readonly nic: string;
  readonly directions: 'both' | 'one';
  readonly shared: boolean;
}

export interface MatrixCell {
  /** System calls never depend on the network. */
  readonly syscall: boolean;
  readonly podNic: PositionExpectation | null;
  readonly nodeNic: PositionExpectation | null;
  /** The first variant that holds. */
  readonly tapSides: Readonly<Record<PlatformKind, readonly Variant[]>>;
}

/** Configuration that a row presupposes. */
export interface Requirement {
  /** `tap_mode`s under which the row's points are what is seen. */
  readonly captureModes: readonly number[];
  /** NICs that `tap_interface_regex` must match, and must not. */
  readonly captures: readonly ('pod-nic' | 'node-nic')[];
  readonly leavesOut: readonly 'pod-nic'[];
  /** Numbers that `decap_type` must hold. */
  readonly decap: readonly number[];
}

/** One CNI's row. */
export interface MatrixRow {
  readonly cni: CniId;
  readonly title: string;
  readonly requires: Requirement;
  readonly sameNode: MatrixCell;
  readonly crossNode: MatrixCell;
}

/** The variant that holds; a cell's last one is unconditional. */
export function variantOf(cell: MatrixCell, platform: PlatformKind, facts: VariantFacts): Variant {
  const variants = cell.tapSides[platform];
  const found = variants.find(({ when }) => holds(when ?? {}, facts));
  if (found === undefined) throw new RangeError(`a cell has no variant for ${platform} and ${JSON.stringify(facts)}`);
  return found;
}

function holds(when: Partial<VariantFacts>, facts: VariantFacts): boolean {
  return (Object.keys(when) as (keyof VariantFacts)[]).every((key) => when[key] === facts[key]);
}
