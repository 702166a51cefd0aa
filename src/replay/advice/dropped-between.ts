import { policiesOf } from '../../platform/network-policy.js';
import { podKey } from '../../platform/topology.js';
import type { ConversationEnd } from '../conversation.js';
import type { Observation } from '../observation.js';
import type { TapSide } from '../observation-point.js';
import {
  type Advice,
  type AdviceContext,
  type Adviser,
  adviceFrom,
  collectEvidence,
  evidenceOf,
  type JudgedConversation,
} from './advice.js';

const paths = {
  'same-node': ['c', 's'],
  'cross-node': ['c', 'c-nd', 's-nd', 's'],
} as const;

/**
 * Packets that reach one point and never the next, where captures of both were given: a NetworkPolicy that selects
 * either Pod, else the network. Nothing is said where the next place was not captured.
 */
export const droppedBetween: Adviser = (context) => {
  const captured = createCaptureLookup(context);
  return context.inside.flatMap((judged): readonly Advice[] => {
    const { conversation } = judged;
    const { reach, rows } = conversation;
    if (reach === null || looksWell(rows)) return none;
    const packets = rows.filter((row) => row.source === 'packet');
    const path = paths[reach].filter((side) => captured(judged, side));
    return lostForward(context, judged, packets, path) ?? lostBackward(context, judged, packets, path) ?? none;
  });
};

const none: readonly Advice[] = [];

/** Every place sees both directions, or the server's process got the bytes, or a place is not known: nothing to say. */
function looksWell(rows: readonly Observation[]): boolean {
  let oneWay = false;
  for (const row of rows) {
    if (row.tapSide === 's-p' || (row.source === 'packet' && row.tapSide === 'rest')) return true;
    if (row.source === 'packet' && (row.packetsTx === 0 || row.packetsRx === 0)) oneWay = true;
  }
  return !oneWay;
}

function lostForward(
  context: AdviceContext,
  judged: JudgedConversation,
  packets: readonly Observation[],
  path: readonly TapSide[],
): readonly Advice[] | null {
  const reached = path.filter((side) => packets.some((row) => row.tapSide === side && row.packetsTx > 0));
  const last = reached.at(-1);
  const next = last === undefined ? undefined : path[path.indexOf(last) + 1];
  const row = packets.find((each) => each.tapSide === last);
  if (next === undefined || row === undefined || packets.some((each) => each.packetsRx > 0)) return null;
  return advise(
    context,
    judged,
    row,
    `${row.packetsTx} packets from the client at ${last}, none at ${next}`,
    `${last} and ${next}`,
  );
}

function lostBackward(
  context: AdviceContext,
  judged: JudgedConversation,
  packets: readonly Observation[],
  path: readonly TapSide[],
): readonly Advice[] | null {
  const answered = path.filter((side) => packets.some((row) => row.tapSide === side && row.packetsRx > 0));
  const [first] = answered;
  const before = first === undefined ? undefined : path[path.indexOf(first) - 1];
  const row = packets.find((each) => each.tapSide === first);
  const silent = packets.find((each) => each.tapSide === before);
  if (before === undefined || row === undefined || silent === undefined || silent.packetsRx > 0) return null;
  // A Pod NIC that is bypassed shows no answers either, and its Pod goes on talking.
  if (silent.position === 'pod-nic' && silent.packetsTx > silentSyns) return null;
  return advise(
    context,
    judged,
    row,
    `${row.packetsRx} packets from the server at ${first}, none at ${before}`,
    `${first} and ${before}`,
  );
}

/** A client that never hears an answer sends SYNs only; TCP gives up after this many. */
const silentSyns = 7;

function advise(
  context: AdviceContext,
  { conversation }: JudgedConversation,
  row: Observation,
  detail: string,
  between: string,
): readonly Advice[] {
  const egress = policyNames(context, conversation.client, 'Egress');
  const ingress = policyNames(context, conversation.server, 'Ingress');
  const names = [...new Set([...egress, ...ingress])];
  const cause =
    names.length > 0
      ? `NetworkPolicies that select either Pod: ${names.join(', ')}.`
      : context.resources === null
        ? 'No cluster file was given, so that NetworkPolicies cannot be named.'
        : 'No NetworkPolicy selects either Pod, so that it is a fault of the network.';
  const setting =
    names.length > 0
      ? `check what ${names.join(', ')} allow`
      : 'check routes, firewalls and MTU between the two places';
  const found = collectEvidence();
  found.add(() => evidenceOf(row, detail));
  return adviceFrom('dropped-between', `Packets are dropped between ${between}. ${cause}`, setting, found);
}

function policyNames(
  { resources, tags }: AdviceContext,
  end: ConversationEnd,
  direction: 'Ingress' | 'Egress',
): string[] {
  const pod = tags.podObject(end.tags.namespace, end.tags.pod);
  if (resources === null || pod === null) return [];
  const other = direction === 'Ingress' ? 'to' : 'from';
  return policiesOf(resources.networkPolicies, pod, direction).map(
    ({ namespace, name }) => `${namespace}/${name} (${direction.toLowerCase()} ${other} ${pod.name})`,
  );
}

/** Whether the site has a capture of the place where a point of a conversation would be. */
function createCaptureLookup({ captures, settingsOf, topology }: AdviceContext) {
  const hostNics = new Map(
    topology.pods.map((pod) => [podKey(pod), new Set(pod.nics.flatMap((nic) => nic.hostNic ?? []))]),
  );
  const captured = captures.filter((capture) => capture.captured);
  return ({ conversation }: JudgedConversation, side: TapSide): boolean => {
    const { node, pod, namespace, type } = (side.startsWith('c') ? conversation.client : conversation.server).tags;
    return captured.some((capture) => {
      if (capture.node !== node) return false;
      if (side === 'c-nd' || side === 's-nd')
        return capture.position === 'node-nic' && settingsOf(node).captureMode === 0;
      if (capture.position === 'pod-nic')
        return hostNics.get(podKey({ namespace, name: pod }))?.has(capture.nic) === true;
      return type === 'node' || settingsOf(node).captureMode === 1;
    });
  };
}
