import type { PlatformKind } from '../platform/known-platform.js';
import {
  type MatrixCell,
  type MatrixRow,
  type Span,
  type Variant,
  type VariantFacts,
  variantOf,
} from './matrix-cell.js';
import { alongPath, roleOf, type TapSide } from './observation-point.js';

/** Where the Pod ends of a conversation run; a Service's backend counts as the server. */
export type Reach = 'same-node' | 'cross-node';

export interface SpanExpectation {
  readonly cell: MatrixCell;
  readonly tapSides: readonly TapSide[];
  readonly why: string;
}

/**
 * What a row expects of a conversation, or null where no row covers it (a Pod and its own node). A Service is judged as
 * its backend; between a Pod and another node the Pod's half is that of the cross-node cell, and the node's half its own
 * NIC.
 */
export function expectationOf(
  row: MatrixRow,
  span: Span,
  reach: Reach,
  platform: PlatformKind,
  facts: VariantFacts,
): SpanExpectation | null {
  switch (span) {
    case 'same-node':
      return ofCell(row.sameNode, platform, facts);
    case 'cross-node':
      return ofCell(row.crossNode, platform, facts);
    case 'pod-to-service':
      return ofCell(reach === 'same-node' ? row.sameNode : row.crossNode, platform, facts);
    case 'pod-to-node':
      return reach === 'same-node' ? null : halves(row.crossNode, platform, facts, 'client');
    case 'node-to-pod':
      return reach === 'same-node' ? null : halves(row.crossNode, platform, facts, 'server');
  }
}

function ofCell(cell: MatrixCell, platform: PlatformKind, facts: VariantFacts): SpanExpectation {
  const variant: Variant = variantOf(cell, platform, facts);
  return { cell, tapSides: alongPath(variant.tapSides), why: variant.why };
}

function halves(
  cell: MatrixCell,
  platform: PlatformKind,
  facts: VariantFacts,
  podEnd: 'client' | 'server',
): SpanExpectation {
  const variant = variantOf(cell, platform, facts);
  const podHalf = variant.tapSides.filter((side) => roleOf(side) === podEnd || side === 'rest');
  const nodeHalf = nodeSides(podEnd, facts);
  const natted = podEnd === 'client' && facts.clientNat;
  const kept = natted ? podHalf.filter((side) => side !== 'c-nd') : podHalf;
  const onNode: TapSide[] = natted && podHalf.includes('c-nd') ? ['c'] : [];
  return {
    cell,
    tapSides: alongPath([...kept, ...onNode, ...nodeHalf]),
    why: `${variant.why}; the node’s own NIC is the other end${natted ? '; its node hides the Pod behind its own address' : ''}`,
  };
}

/** A node that sends through its own tunnel device is seen where it encapsulates. */
function nodeSides(podEnd: 'client' | 'server', facts: VariantFacts): readonly TapSide[] {
  if (podEnd === 'client') return facts.tunnelled ? ['s-nd', 's-p'] : ['s', 's-p'];
  return facts.tunnelled ? ['c-p', 'c-nd'] : ['c-p', 'c'];
}
