import { shortName } from '../../agent-config/setting-text.js';
import type { TapSide } from '../observation-point.js';
import {
  type Advice,
  type AdviceContext,
  type Adviser,
  adviceFrom,
  captureEvidence,
  collectEvidence,
  type EvidenceCollector,
} from './advice.js';
import { regexWith } from './nic-regex.js';

interface LeftOut {
  readonly found: EvidenceCollector;
  readonly nics: Set<string>;
  readonly points: Set<TapSide>;
}

/** The expression leaves out a NIC at which a missing point would be. */
export const nicNotCaptured: Adviser = (context) => {
  const { captures, settingsOf, topology } = context;
  const missing = missingByNode(context);
  const byRegex = new Map<string, LeftOut>();
  for (const capture of captures) {
    if (capture.captured || capture.pod !== null) continue;
    // A bridge or tunnel device only repeats what physical and Pod NICs show.
    const nics = topology.nodes.find(({ name }) => name === capture.node)?.nics;
    const kind = nics?.find(({ name }) => name === capture.nic)?.kind;
    if (capture.position === 'node-nic' && kind !== 'physical') continue;
    // What a Node NIC shows may be either, in the virtual mirror mode and with IPVlan.
    const candidates: readonly TapSide[] = capture.position === 'node-nic' ? ['c-nd', 's-nd', 'c', 's'] : ['c', 's'];
    const lost = candidates.filter((side) => missing.get(capture.node)?.has(side) === true);
    if (lost.length === 0) continue;
    const regex = settingsOf(capture.node).interfaceRegex;
    const entry = byRegex.get(regex) ?? { found: collectEvidence(), nics: new Set(), points: new Set() };
    byRegex.set(regex, entry);
    const count = capture.packets > 0 ? `${capture.packets} packets in this capture` : 'this capture';
    entry.found.add(() => captureEvidence(capture, `${count}: ${capture.note}; missing ${lost.join(', ')}`));
    entry.nics.add(capture.nic);
    for (const side of lost) entry.points.add(side);
  }
  const key = shortName('interfaceRegex');
  return [...byRegex].flatMap(([regex, { found, nics, points }]): readonly Advice[] => {
    const names = [...nics].join(', ');
    const why = `${key} ${regex === '' ? 'is empty' : regex} leaves out ${names}, where ${[...points].join(', ')} would be seen.`;
    return adviceFrom('nic-not-captured', why, `${key}: ${regexWith(regex, [...nics])}`, found);
  });
};

/** Points that conversations with an end on a node miss. */
function missingByNode({ conversations }: AdviceContext): ReadonlyMap<string, ReadonlySet<TapSide>> {
  const byNode = new Map<string, Set<TapSide>>();
  for (const { conversation, judgement } of conversations) {
    if (judgement.missing.length === 0) continue;
    for (const { tags } of [conversation.client, conversation.server]) {
      const sides = byNode.get(tags.node) ?? new Set<TapSide>();
      byNode.set(tags.node, sides);
      for (const side of judgement.missing) sides.add(side);
    }
  }
  return byNode;
}
