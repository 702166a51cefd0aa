import { clockGap } from '../clock-offsets.js';
import {
  type Advice,
  type Adviser,
  adviceFrom,
  collectEvidence,
  type EvidenceCollector,
  evidenceOf,
} from './advice.js';

interface NodePair {
  readonly behind: string;
  readonly ahead: string;
  readonly offsets: number[];
  readonly found: EvidenceCollector;
}

/** Two nodes whose captures cannot have been stamped by clocks that agree. */
export const clocksApart: Adviser = ({ several }) => {
  const pairs = new Map<string, NodePair>();
  for (const { conversation } of several) {
    const gap = clockGap(conversation);
    if (gap === null) continue;
    const { before, after, offset } = gap;
    const [behind, ahead] = offset >= 0 ? [before.node, after.node] : [after.node, before.node];
    const pair = pairs.get(`${behind} ${ahead}`) ?? { behind, ahead, offsets: [], found: collectEvidence() };
    pairs.set(`${behind} ${ahead}`, pair);
    pair.offsets.push(Math.abs(offset));
    const detail = `SYN at ${before.node} ${before.nic} and at ${after.node} ${after.nic}: ${seconds(after.firstTs - before.firstTs)} between`;
    pair.found.add(() => evidenceOf(after, detail));
  }
  return [...pairs.values()].flatMap(({ behind, ahead, offsets, found }): readonly Advice[] => {
    const why = `The clock of ${ahead} is about ${seconds(median(offsets))} ahead of that of ${behind}: times across these nodes do not compare.`;
    return adviceFrom(
      'clocks-apart',
      why,
      'keep the nodes’ clocks by NTP; DeepFlow’s agents correct theirs by the server',
      found,
    );
  });
};

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function seconds(us: number): string {
  return `${(us / 1_000_000).toFixed(6).replace(/0{1,5}$/, '')} s`;
}
