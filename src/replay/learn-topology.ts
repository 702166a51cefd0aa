import { completeMacs } from '../platform/complete-macs.js';
import { learnMacs } from '../platform/learning.js';
import { formatMac } from '../platform/mac.js';
import type { Topology } from '../platform/topology.js';
import { attachBySenders, openEnds } from './attach-pods.js';
import type { LearningOutcome } from './capture-task.js';
import { type LearningPlace, seenPairs, sendersByNic } from './seen-pairs.js';

export interface LearntPlace extends LearningPlace {
  readonly outcome: LearningOutcome;
}

export interface LearningOptions {
  /** Pods share their parent's MAC. */
  readonly ipvlan: boolean;
  /** Which Pod is behind a NIC is told by who sends there. */
  readonly attach: boolean;
}

export interface LearntTopology {
  readonly topology: Topology;
  /** Pairs that taught nothing although they name a known address, in words. */
  readonly refused: readonly string[];
  /** What stays unknown although it was looked for, in words. */
  readonly notes: readonly string[];
}

/** A MAC that captures may show is missing, or nobody says which Pod is behind a NIC. */
export function needsLearning(topology: Topology, { ipvlan, attach }: LearningOptions): boolean {
  const physical = topology.nodes.flatMap((node) => node.nics.filter((nic) => nic.kind === 'physical'));
  const shares = (kind: string): boolean => ipvlan || kind === 'ipvlan';
  return (
    attach ||
    physical.some((nic) => nic.mac === null) ||
    topology.pods.some((pod) => pod.nics.some((nic) => nic.mac === null && nic.ips.length > 0 && !shares(nic.kind)))
  );
}

/** What all captures teach together; the order of the places does not matter. What stays unknown gets a placeholder. */
export function learnTopology(
  topology: Topology,
  places: readonly LearntPlace[],
  { ipvlan, attach }: LearningOptions,
): LearntTopology {
  const pairs = places.flatMap(({ outcome, ...place }) => seenPairs(outcome.pairs, place));
  const senders = sendersByNic(places.map(({ outcome, ...place }) => ({ ...place, pairs: outcome.pairs })));
  const attached = attach ? attachBySenders(topology, senders) : topology;
  const { topology: learnt, refused } = learnMacs(attached, pairs, ipvlan);
  const texts = refused.map(({ pair, why }) => {
    const place = pair.insidePod ?? `${pair.node} ${pair.nic}`;
    return `${formatMac(pair.mac)} ${pair.ip} (${pair.via}, ${place}): ${why}`;
  });
  return {
    topology: completeMacs(learnt, ipvlan),
    refused: [...new Set(texts)].sort(),
    notes: attach ? openEnds(learnt) : [],
  };
}
