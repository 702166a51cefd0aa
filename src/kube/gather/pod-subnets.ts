import { type Address, type Network, parseAddress, parseNetwork } from '../address.js';
import { count, type Draft, listed, note } from './draft.js';
import { addHazard } from './hazards.js';
import type { PodSurroundings } from './pod-surroundings.js';

/** The server's default bounds for a guessed Pod network: no larger than a /16 of IPv4, a /64 of IPv6. */
const widest = { v4: 16, v6: 64 };

/** Whether an address lies in a network that the server knows from the Nodes' podCIDRs. */
interface KnownSubnets {
  covers(address: Address): boolean;
}

/**
 * Pods whose address lies in no podCIDR are put in one guessed network, where all of them fit in one; else they are
 * shown without address, unless agents report it. Notes and a hazard tell so.
 *
 * @param pods rows of Pods; those that are known to be ordinary have nothing to do with it
 * @returns the rows of the Pods whose address lies in none
 */
export function checkPodSubnets(
  draft: Draft,
  pods: readonly number[],
  surroundings: PodSurroundings,
): ReadonlySet<number> {
  const { nodes } = surroundings;
  const known = createKnownSubnets(nodes.podCidrs);
  const strays = new Set<number>();
  const uncovered = { v4: new Map<number | string, number[]>(), v6: new Map<number | string, number[]>() };
  for (const row of pods) {
    const pod = draft.readings[row];
    if (pod?.kind !== 'pod' || pod.podIp === '') continue;
    const address = parseAddress(pod.podIp);
    if (address === null || known.covers(address) || nodes.addresses.has(pod.podIp)) continue;
    strays.add(row);
    const blocks = typeof address === 'number' ? uncovered.v4 : uncovered.v6;
    const block = blockOf(address);
    const rows = blocks.get(block);
    if (rows === undefined) blocks.set(block, [row]);
    else rows.push(row);
  }
  report(draft, uncovered.v4, 'IPv4', widest.v4);
  report(draft, uncovered.v6, 'IPv6', widest.v6);
  return strays;
}

function report(draft: Draft, blocks: ReadonlyMap<number | string, number[]>, family: string, bits: number): void {
  if (blocks.size < 2) return;
  const rows = [...blocks.values()].flat();
  const detail = `Its address lies in no Node's podCIDR, and such Pods span ${blocks.size} networks /${bits}: the server guesses no network for them, so the Pod is shown without address unless an agent on its node reports it.`;
  for (const row of rows) note(draft, row, 'pod-without-address', detail);
  const first = rows.reduce((least, row) =>
    (draft.rows[row]?.uid ?? '') < (draft.rows[least]?.uid ?? '') ? row : least,
  );
  const names = rows.map((row) => draft.rows[row]?.name ?? '');
  addHazard(
    draft,
    'hazard/pod-subnet-known',
    first,
    `${count(rows.length, 'Pod')} (${listed(names, 3)}) have an ${family} address in no Node's podCIDR, spread over ${blocks.size} networks /${bits}: they get no address unless agents report them. Upload spec.podCIDR of the Nodes where Kubernetes has it.`,
  );
}

function blockOf(address: Address): number | string {
  return typeof address === 'number' ? Math.floor(address / 65536) : address.slice(0, 4).join(':');
}

/** The server joins the podCIDRs of one block (/16, /64) into the smallest network that holds them all. */
function createKnownSubnets(cidrs: readonly string[]): KnownSubnets {
  const joined = new Map<number | string, Network>();
  const wide: Network[] = [];
  for (const cidr of new Set(cidrs)) {
    const network = parseNetwork(cidr);
    if (network === null) continue;
    const isWide = network.length < (typeof network.address === 'number' ? widest.v4 : widest.v6);
    if (isWide) {
      wide.push(network);
      continue;
    }
    const block = blockOf(network.address);
    const other = joined.get(block);
    joined.set(block, other === undefined ? network : join(network, other));
  }
  return {
    covers(address) {
      const network = joined.get(blockOf(address));
      if (network !== undefined && commonBits(network.address, address) >= network.length) return true;
      return wide.some((each) => commonBits(each.address, address) >= each.length);
    },
  };
}

function join(left: Network, right: Network): Network {
  const length = Math.min(left.length, right.length, commonBits(left.address, right.address));
  return { address: left.address, length };
}

/** Leading bits that two addresses share; -1 for addresses of different families. */
function commonBits(left: Address, right: Address): number {
  if (typeof left === 'number' || typeof right === 'number') {
    return typeof left === 'number' && typeof right === 'number' ? Math.clz32((left ^ right) >>> 0) : -1;
  }
  for (let i = 0; i < 8; i++) {
    const difference = (left[i] ?? 0) ^ (right[i] ?? 0);
    if (difference !== 0) return i * 16 + Math.clz32(difference) - 16;
  }
  return 128;
}
