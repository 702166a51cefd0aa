import type { CniLab } from './cni-lab.js';
import {
  isPod,
  nodeBelow,
  type PodName,
  parties,
  podNetwork,
  type Span,
  serviceAddress,
  serviceAddress6,
} from './plan.js';
import type { LabPoint } from './points.js';
import { conversationsOf, type LabConversation } from './traffic.js';

/** What a replay is to find in one span's recording: declared by the lab, from DeepFlow's rules and its data path. */
export interface ExpectedSpan {
  readonly cni: string;
  readonly span: Span;
  readonly client: string;
  readonly server: string;
  readonly conversations: readonly ExpectedConversation[];
  readonly advice: readonly string[];
  readonly variants: readonly ExpectedVariant[];
}

export interface ExpectedConversation {
  readonly name: string;
  readonly protocol: number;
  readonly clientPort: number;
  readonly closeType: number;
  readonly retransmits: boolean;
  /** Points in the order of the path; more than one list where nothing joins the places before a translation to those after. */
  readonly parts: readonly (readonly string[])[];
}

export interface ExpectedVariant {
  readonly name: string;
  readonly set: Readonly<Record<string, unknown>>;
  readonly platform: string;
  readonly otherPodMacs: boolean;
  readonly parts: Readonly<Record<string, readonly (readonly string[])[]>>;
  readonly verdict: 'pass' | 'fail';
  readonly advice: string | null;
}

export function expectedText(expected: ExpectedSpan): string {
  return `${JSON.stringify(expected, null, 1)}\n`;
}

/** `TAPSIDE NODE NIC DIRECTIONS`, with the tunnel and whether its packets are another point's too. */
export function pointText({ tapSide, node, nic, directions, tunnel, shared }: LabPoint): string {
  const inTunnel = tunnel === undefined ? '' : ` in ${tunnel.type} ${tunnel.id}`;
  return `${tapSide} ${node} ${nic} ${directions}${inTunnel}${shared === true ? ' shared' : ''}`;
}

export function expectedSpan(lab: CniLab, span: Span, points: readonly LabPoint[]): ExpectedSpan {
  const first = conversationsOf(span);
  const second = lab.second === undefined ? [] : conversationsOf(span, 2);
  const conversations = [...first, ...second];
  return {
    cni: lab.row,
    span,
    ...parties[span],
    conversations: conversations.map((conversation) => {
      const { name, protocol, clientPort, closeType } = conversation;
      const retransmits = conversation.retransmits && lab.lossless?.includes(span) !== true;
      const refused = conversation.movesBytes ? undefined : lab.refusedPoints?.[span];
      const usual = second.includes(conversation) ? (lab.secondPoints?.[span] ?? points) : points;
      const parts = partsOf(lab, span, refused ?? usual, conversation);
      return { name, protocol, clientPort, closeType, retransmits, parts };
    }),
    advice: lab.advice?.[span] ?? [],
    variants: (lab.variants ?? [])
      .filter((variant) => variant.span === span)
      .map(({ name, set = {}, platform = 'reported', otherPodMacs = false, points: seen, verdict, advice }) => ({
        name,
        set,
        platform,
        otherPodMacs,
        parts: Object.fromEntries(
          conversations.map((conversation) => [conversation.clientPort, partsOf(lab, span, seen, conversation)]),
        ),
        verdict,
        advice,
      })),
  };
}

/**
 * Nothing joins the places before a translation of addresses to those after it where there are no sequence numbers on
 * both sides: UDP has none, and system calls have none.
 */
function partsOf(
  lab: CniLab,
  span: Span,
  points: readonly LabPoint[],
  { protocol, movesBytes }: Pick<LabConversation, 'protocol' | 'movesBytes'>,
): readonly (readonly string[])[] {
  const { client, server } = parties[span];
  const packets = points.map(pointText);
  const before = movesBytes ? [`c-p ${nodeBelow(client)} - both`] : [];
  const after = movesBytes ? [`s-p ${nodeBelow(server)} - both`] : [];
  const cut = placesBeforeTranslation(lab, span, points);
  // Where both ends are translated, the answer's sequence number has to join too, and a refusal has none.
  const joins = movesBytes || span !== 'pod-to-service' || lab.masqueradesService !== true;
  const parts =
    cut === null || (cut > 0 && protocol === tcp && joins)
      ? [[...before, ...packets, ...after]]
      : [
          [...before, ...packets.slice(0, cut)],
          [...packets.slice(cut), ...after],
        ];
  return parts.filter((part) => part.length > 0);
}

/** How many NICs see the client or the server by another address than the rest does; null where nothing translates. */
function placesBeforeTranslation(lab: CniLab, span: Span, points: readonly LabPoint[]): number | null {
  if (span === 'pod-to-service' && lab.serviceAt === 'pod') return 0;
  const onNode = span === 'pod-to-service' || (span === 'pod-to-node' && lab.masquerades === true);
  return onNode ? points.filter(({ tapSide, nic }) => tapSide === 'c' && nic !== 'eth0').length : null;
}

interface ListedConversation {
  readonly protocol: 'tcp' | 'udp';
  readonly client: string;
  readonly server: string;
  readonly port?: number;
  readonly tapSides: readonly string[];
}

/** What the site file lists apart, for the matrix speaks of whole conversations. */
export function listedConversations(
  lab: CniLab,
  span: Span,
  points: readonly LabPoint[],
): readonly ListedConversation[] {
  const { client, server } = parties[span];
  // An address that two Pods have names neither.
  if (lab.second === 'vpc' && isPod(client) && isPod(server)) return everyProtocol(lab, span, points, client, server);
  const inService = span === 'pod-to-service';
  const sidesOf = (part: readonly string[]): string[] => part.map((text) => text.slice(0, text.indexOf(' ')));
  return ([tcp, udp] as const).flatMap((number): ListedConversation[] => {
    const protocol = number === tcp ? 'tcp' : 'udp';
    const [first = [], second] = partsOf(lab, span, points, { protocol: number, movesBytes: true });
    if (second === undefined) return [];
    const services = lab.second === 'ipv6' ? [serviceAddress, serviceAddress6] : [serviceAddress];
    const addressed = inService ? services : [server];
    const hidden = inService ? lab.masqueradesService === true : true;
    const translated = hidden ? nodeBelow(client) : client;
    return [
      ...addressed.map((address) => ({ protocol, client, server: address, tapSides: sidesOf(first) }) as const),
      // Tunnels between the nodes are UDP too.
      { protocol, client: translated, server, ...(number === udp ? { port: 8053 } : {}), tapSides: sidesOf(second) },
    ];
  });
}

function everyProtocol(
  lab: CniLab,
  span: Span,
  points: readonly LabPoint[],
  client: PodName,
  server: PodName,
): readonly ListedConversation[] {
  const [whole = []] = partsOf(lab, span, points, { protocol: tcp, movesBytes: true });
  const tapSides = whole.map((text) => text.slice(0, text.indexOf(' ')));
  const ends = { client: podNetwork[client], server: podNetwork[server], tapSides };
  return [
    { protocol: 'tcp', ...ends },
    { protocol: 'udp', ...ends },
  ];
}

const tcp = 6;
const udp = 17;
