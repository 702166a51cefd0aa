import type { PlatformInterface } from '../platform/known-platform.js';
import { formatMac } from '../platform/mac.js';
import type { PeerLabel } from './labeler.js';
import type { Observation } from './observation.js';
import type { PeerInputs } from './tap-side.js';
import type { DecisionRow } from './tap-side-table.js';

/** `--explain` of one flow record: plain data, ready to print as JSON or text. */
export interface Explanation {
  readonly tapSide: string;
  readonly decidedBy: string;
  readonly agentType: number;
  readonly captureNetworkType: number;
  readonly tunnelTier: number;
  readonly sameMac: boolean;
  readonly client: ExplainedPeer;
  readonly server: ExplainedPeer;
  readonly resolution: { readonly id: string; readonly keeps: string; readonly means: string } | null;
}

export interface ExplainedPeer {
  readonly ip: string;
  readonly mac: string;
  readonly l2End: boolean;
  readonly l3End: boolean;
  readonly localMac: boolean;
  readonly localIp: boolean;
  readonly epc: number;
  /** Who owns the MAC and the address in the platform data, with how that is known; "" where nobody does. */
  readonly macOwner: string;
  readonly ipOwner: string;
  /** How the labels came about. */
  readonly steps: readonly string[];
  /** Row of the table, what it answers, and what it stands for; null where no table was asked. */
  readonly row: { readonly id: string; readonly answer: string | null; readonly means: string } | null;
}

/** Null for system calls, whose point follows from the role alone. */
export function explain(row: Observation): Explanation | null {
  const { decision } = row;
  if (decision === null) return null;
  const { decided, clientLabel, serverLabel } = decision;
  const { inputs, sourceRow, destinationRow } = decided;
  return {
    tapSide: decided.tapSide,
    decidedBy: decided.decidedBy,
    agentType: inputs.agentType,
    captureNetworkType: inputs.captureNetworkType,
    tunnelTier: inputs.tunnelTier,
    sameMac: inputs.sameMac,
    client: peer(row.client, inputs.src, clientLabel, sourceRow, 0),
    server: peer(row.server, inputs.dst, serverLabel, destinationRow, 1),
    resolution: decided.resolution,
  };
}

function peer(
  end: Observation['client'],
  inputs: PeerInputs,
  label: PeerLabel,
  row: DecisionRow | null,
  slot: 0 | 1,
): ExplainedPeer {
  return {
    ip: end.ip,
    mac: formatMac(end.mac),
    ...inputs,
    macOwner: ownerText(label.macOwner),
    ipOwner: ownerText(label.ipOwner),
    steps: label.steps,
    row: row === null ? null : { id: row.id, answer: row.answer[slot], means: row.means },
  };
}

function ownerText(owner: PlatformInterface | null): string {
  return owner === null ? '' : `${owner.owner.type} ${owner.owner.name} ${owner.nic} (MAC ${owner.macOrigin})`;
}

/** A few lines of text. */
export function explanationText(explanation: Explanation): string {
  const line = (role: string, each: ExplainedPeer): string => {
    const flags = `l2_end ${bit(each.l2End)}, l3_end ${bit(each.l3End)}, local MAC ${bit(each.localMac)}, local IP ${bit(each.localIp)}`;
    const row =
      each.row === null ? 'no table asked' : `${each.row.id} -> ${each.row.answer ?? 'none'} (${each.row.means})`;
    const owners = `MAC of ${each.macOwner || 'nobody'}, address of ${each.ipOwner || 'nobody'}`;
    return `  ${role} ${each.ip} ${each.mac}: ${flags}; ${owners}; ${row}`;
  };
  const { resolution } = explanation;
  return [
    `${explanation.tapSide}, decided by ${explanation.decidedBy} (agent type ${explanation.agentType}, tunnel tier ${explanation.tunnelTier})`,
    line('client', explanation.client),
    line('server', explanation.server),
    ...(resolution === null
      ? []
      : [`  both answered: ${resolution.id} keeps ${resolution.keeps} (${resolution.means})`]),
  ].join('\n');
}

function bit(flag: boolean): string {
  return flag ? '1' : '0';
}
