import { breaksParser } from '../address.js';
import { type Draft, hasIdentity, note, refuse } from './draft.js';
import { type BrokenAddress, fail, failOnAddresses, failureRank } from './failures.js';
import { addHazard } from './hazards.js';
import { createUidClaims } from './unique.js';

export interface ShownNodes {
  readonly count: number;
  /** InternalIPs, by which Pods find their Node. */
  readonly addresses: ReadonlySet<string>;
  readonly podCidrs: readonly string[];
}

export function gatherNodes(draft: Draft): ShownNodes {
  const shown = createUidClaims(draft, draft.members.node.length);
  for (const row of draft.members.node) {
    const node = draft.readings[row];
    if (node?.kind !== 'node') continue;
    checkNumbers(draft, row, node.internalIp ?? '', node.podCidr);
    if (!hasIdentity(draft, row, node.meta)) continue;
    if (node.internalIp === null || (node.internalIp === '' && !draft.traits.acceptsEmptyNodeAddress)) {
      refuse(
        draft,
        row,
        'no-internal-ip',
        node.internalIp === null
          ? 'status.addresses has no element of type InternalIP.'
          : 'The InternalIP in status.addresses has no address.',
      );
      continue;
    }
    shown.claim(row, node.meta.uidHash);
  }
  const addresses = new Set<string>();
  const podCidrs: string[] = [];
  const brokenIps: BrokenAddress[] = [];
  const brokenCidrs: BrokenAddress[] = [];
  for (const row of shown.rows()) {
    const node = draft.readings[row];
    if (node?.kind !== 'node' || node.internalIp === null) continue;
    addresses.add(node.internalIp);
    if (breaksParser(node.internalIp)) brokenIps.push({ name: `Node ${node.meta.name}`, value: node.internalIp });
    if (breaksParser(node.podCidr)) brokenCidrs.push({ name: `Node ${node.meta.name}`, value: node.podCidr });
    else if (node.podCidr !== '') podCidrs.push(node.podCidr);
    if (!node.ready) {
      note(
        draft,
        row,
        'node-not-ready',
        'No condition with reason KubeletReady has status True: shown in state exception.',
      );
    }
  }
  failOnAddresses(draft, failureRank.nodeAddress, 'The InternalIP', brokenIps);
  failOnAddresses(draft, failureRank.nodeAddress, 'spec.podCIDR', brokenCidrs);
  if (shown.size === 0) {
    fail(draft, failureRank.noUsableNode, {
      code: 'no-usable-node',
      text: 'invalid pod node count (0)',
      detail:
        'Add *v1.Node entries (kubectl get nodes -o json) with uid, name and InternalIP: without a usable Node the server rejects the whole snapshot.',
    });
  }
  return { count: shown.size, addresses, podCidrs };
}

function checkNumbers(draft: Draft, row: number, internalIp: string, podCidr: string): void {
  if (breaksParser(internalIp)) {
    addHazard(
      draft,
      'hazard/numbers-parse',
      row,
      `The InternalIP ${JSON.stringify(internalIp)} is not an address: the whole snapshot fails.`,
    );
  }
  if (breaksParser(podCidr)) {
    addHazard(
      draft,
      'hazard/numbers-parse',
      row,
      `spec.podCIDR ${JSON.stringify(podCidr)} is not a network: the whole snapshot fails.`,
    );
  }
}
