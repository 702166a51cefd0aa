import type { Mac } from './mac.js';
import { assumed } from './origin.js';
import type { PodNic, Topology, TopologyPod } from './topology.js';

/** Locally administered; the low three bytes, which capture mode 0 compares, count upwards. */
const firstPlaceholder: Mac = 0x0a_df_00_f0_00_00;

/**
 * Gives every Pod NIC a MAC: an IPVlan NIC has its parent's; any other that nobody gave or learnt gets a unique
 * placeholder, because agents would have reported one. Both are marked as assumed.
 */
export function completeMacs(topology: Topology, ipvlan: boolean): Topology {
  const taken = new Set<number>();
  for (const node of topology.nodes) for (const nic of node.nics) if (nic.mac !== null) taken.add(low(nic.mac.value));
  for (const pod of topology.pods) for (const nic of pod.nics) if (nic.mac !== null) taken.add(low(nic.mac.value));
  let next = firstPlaceholder;
  const placeholder = (): Mac => {
    while (taken.has(low(next))) next += 1;
    next += 1;
    return next - 1;
  };
  const complete = (pod: TopologyPod, nic: PodNic): PodNic => {
    if (nic.mac !== null) return nic;
    const parent = ipvlan || nic.kind === 'ipvlan' ? parentMac(topology, pod, nic) : null;
    if (parent !== null) return { ...nic, mac: assumed(parent, 'an IPVlan NIC has the MAC of its parent') };
    return { ...nic, mac: assumed(placeholder(), 'placeholder: neither given nor seen in a capture') };
  };
  return {
    ...topology,
    pods: topology.pods.map((pod) => ({ ...pod, nics: pod.nics.map((nic) => complete(pod, nic)) })),
  };
}

/** Where the site does not name the parent, the only physical NIC of the node is it. */
function parentMac(topology: Topology, pod: TopologyPod, nic: PodNic): Mac | null {
  const node = topology.nodes.find((candidate) => candidate.name === pod.node);
  const physical = node?.nics.filter((candidate) => candidate.kind === 'physical') ?? [];
  const parent =
    node?.nics.find((candidate) => candidate.name === nic.hostNic) ?? (physical.length === 1 ? physical[0] : undefined);
  return parent?.mac?.value ?? null;
}

function low(mac: Mac): number {
  return mac % 2 ** 24;
}
