import type { CniLab, LabVariant } from '../cni-lab.js';
import { buildIpvlan } from '../ipvlan-pods.js';
import { at, pointsOfSubInterfaces } from '../points.js';

const restAtBoth = [at('rest', 'n1', 'eth0'), at('rest', 'n2', 'eth0')];

/** One recording, four kinds of knowledge of it: the cell where the seed and today's rules part. */
const knowledge: readonly LabVariant[] = [
  {
    name: 'the Pods’ NICs are known under other MACs',
    span: 'cross-node',
    otherPodMacs: true,
    points: [at('c-nd', 'n1', 'eth0'), at('s-nd', 'n2', 'eth0')],
    verdict: 'pass',
    advice: null,
  },
  {
    name: 'the Pods’ addresses are known from Kubernetes only',
    span: 'cross-node',
    platform: 'kubernetes',
    points: restAtBoth,
    verdict: 'pass',
    advice: 'unknown-pod-mac',
  },
  {
    name: 'nothing is known of the Pods',
    span: 'cross-node',
    platform: 'none',
    points: restAtBoth,
    verdict: 'pass',
    advice: 'unknown-pod-mac',
  },
  {
    name: 'the node NIC is not captured',
    span: 'cross-node',
    set: { tap_interface_regex: '^ens3$' },
    points: [],
    verdict: 'fail',
    advice: 'nic-not-captured',
  },
];

const { 'pod-to-service': _, ...withoutService } = pointsOfSubInterfaces(false);

function ipvlan(mode: 'l2' | 'l3' | 'l3s'): CniLab {
  return {
    id: `ipvlan-${mode}`,
    title: `IPVlan NICs in mode ${mode} on the node NIC`,
    row: 'ipvlan',
    kernel: 'guest',
    agent: { tap_interface_regex: 'eth0' },
    // The node’s MAC with the Pod’s address is an endpoint, once the agent has reported the Pod’s NIC with that MAC.
    points: mode === 'l3s' ? withoutService : pointsOfSubInterfaces(false),
    ...(mode === 'l3s'
      ? {
          without: { 'pod-to-service': 'what arrives does not pass the Pod’s own netfilter' },
          lossless: ['same-node', 'cross-node', 'pod-to-node'] as const,
        }
      : {}),
    serviceAt: 'pod',
    variants: knowledge,
    build: (network) => buildIpvlan(network, mode),
  };
}

export const ipvlanL2 = ipvlan('l2');
export const ipvlanL3 = ipvlan('l3');
export const ipvlanL3s = ipvlan('l3s');
