import type { AgentType } from '../agent-config/agent-type.js';
import type { TapSide } from './observation-point.js';
import { type DecisionRow, rowFor, tableOf } from './tap-side-table.js';

/** DeepFlow's number of the capture network type "cloud"; all others are IDC networks. */
export const cloudNetwork = 3;

/** DeepFlow's VPC number of an address on the Internet. */
export const internetEpc = -2;

export interface PeerInputs {
  readonly l2End: boolean;
  readonly l3End: boolean;
  readonly localMac: boolean;
  readonly localIp: boolean;
  /** VPC number; 0 unknown, -2 Internet. */
  readonly epc: number;
}

/** All that the decision depends on. `src` is the client's side of the flow as it stands. */
export interface TapSideInputs {
  readonly signal: 'packet' | 'ebpf' | 'xflow';
  readonly agentType: AgentType;
  readonly captureNetworkType: number;
  readonly cloudGateway: boolean;
  readonly tunnelTier: number;
  /** Both ends of the frame have the same MAC. */
  readonly sameMac: boolean;
  readonly dstUnicast: boolean;
  readonly src: PeerInputs;
  readonly dst: PeerInputs;
}

/** Which of two answers was kept, and why. */
export interface Resolution {
  readonly id: 'idc' | 'source-end' | 'destination-end' | 'source-local' | 'destination-local' | 'undecided';
  readonly keeps: 'source' | 'destination' | 'both';
  readonly means: string;
}

export interface TapSideDecision {
  readonly tapSide: TapSide;
  readonly inputs: TapSideInputs;
  /** The rows asked for either peer; null where no table is asked. */
  readonly sourceRow: DecisionRow | null;
  readonly destinationRow: DecisionRow | null;
  /** Set where both peers have an answer. */
  readonly resolution: Resolution | null;
  /** What decided: a row's id, or the rule before the table. */
  readonly decidedBy: string;
  /** The tap sides that edge metrics are counted for: none (counted as rest), one, or both ends. */
  readonly edges: readonly TapSide[];
}

type Condition = (inputs: TapSideInputs, src: TapSide, dst: TapSide) => boolean;

const resolutions: readonly (Resolution & { readonly when: Condition })[] = [
  {
    id: 'idc',
    keeps: 'both',
    when: (inputs) => inputs.captureNetworkType !== cloudNetwork,
    means: 'an IDC network shows both ends',
  },
  {
    id: 'source-end',
    keeps: 'source',
    when: (inputs, src, dst) => (src === 'c' || inputs.src.l2End) && dst !== 's',
    means: 'the source is the end of this NIC, the destination is not an endpoint',
  },
  {
    id: 'destination-end',
    keeps: 'destination',
    when: (inputs, src, dst) => (dst === 's' || inputs.dst.l2End) && src !== 'c',
    means: 'the destination is the end of this NIC, the source is not an endpoint',
  },
  {
    id: 'source-local',
    keeps: 'source',
    when: (inputs) => inputs.src.localMac,
    means: 'the MAC of the source is local',
  },
  {
    id: 'destination-local',
    keeps: 'destination',
    when: (inputs) => inputs.dst.localMac,
    means: 'the MAC of the destination is local',
  },
  { id: 'undecided', keeps: 'both', when: () => true, means: 'nothing prefers one end' },
];

export const resolutionIds: readonly Resolution['id'][] = resolutions.map(({ id }) => id);

/** Pure: the observation point of a flow as DeepFlow decides it, with what decided. */
export function decideTapSide(inputs: TapSideInputs): TapSideDecision {
  if (inputs.signal === 'ebpf') return fromSystemCall(inputs);
  if (inputs.signal === 'xflow') return outright(inputs, [], 'xflow');
  const table = tableOf(inputs.agentType);
  if (table.knowsLocal && inputs.sameMac) return outright(inputs, ['local'], 'same-mac');
  const sourceRow = rowFor(table, rowInputs(inputs, inputs.src, true));
  const destinationRow = rowFor(table, rowInputs(inputs, inputs.dst, inputs.dstUnicast));
  const src = sourceRow.answer[0];
  const dst = destinationRow.answer[1];
  if (src === null || dst === null) {
    const decidedBy = dst === null ? sourceRow.id : destinationRow.id;
    return { resolution: null, decidedBy, inputs, sourceRow, destinationRow, ...sidesOf([src, dst]) };
  }
  const resolution = resolutions.find(({ when }) => when(inputs, src, dst));
  if (resolution === undefined) throw new RangeError('the last resolution fits always');
  const { id, keeps, means } = resolution;
  const kept = keeps === 'source' ? [src] : keeps === 'destination' ? [dst] : [src, dst];
  const decidedBy = keeps === 'source' ? sourceRow.id : keeps === 'destination' ? destinationRow.id : `both/${id}`;
  return { resolution: { id, keeps, means }, decidedBy, inputs, sourceRow, destinationRow, ...sidesOf(kept) };
}

function fromSystemCall(inputs: TapSideInputs): TapSideDecision {
  if (inputs.src.l2End) return outright(inputs, ['c-p'], 'ebpf/source-end');
  if (inputs.dst.l2End) return outright(inputs, ['s-p'], 'ebpf/destination-end');
  return outright(inputs, ['c-p', 's-p'], 'ebpf/no-end');
}

function outright(inputs: TapSideInputs, sides: readonly TapSide[], decidedBy: string): TapSideDecision {
  return { inputs, sourceRow: null, destinationRow: null, resolution: null, decidedBy, ...sidesOf(sides) };
}

/** One answer is the tap side of the flow log; none or two leave it at rest. */
function sidesOf(answers: readonly (TapSide | null)[]): { tapSide: TapSide; edges: readonly TapSide[] } {
  const edges = answers.filter((side) => side !== null);
  const [only] = edges;
  return { tapSide: edges.length === 1 && only !== undefined ? only : 'rest', edges };
}

function rowInputs(inputs: TapSideInputs, peer: PeerInputs, unicast: boolean) {
  return {
    l2End: peer.l2End,
    l3End: peer.l3End,
    localMac: peer.localMac,
    localIp: peer.localIp,
    tunnelled: inputs.tunnelTier > 0,
    unicast,
    cloud: inputs.captureNetworkType === cloudNetwork,
    internet: peer.epc === internetEpc,
    cloudGateway: inputs.cloudGateway,
  };
}
