import { type Address, parseAddress } from '../../kube/address.js';
import type { Rule, SnapshotRule } from '../rule.js';
import { at, changed, exampleSnapshot, upload } from './common/example-upload.js';
import { createFindingCollector, failedWith, notJudged, passed } from './common/judgement.js';
import { indexOf, placeOf, type SnapshotIndex } from './common/snapshot-index.js';
import { shown } from './common/text.js';

const noVirtualKubeletLabel: SnapshotRule = {
  id: 'hazard/no-virtual-kubelet-label',
  scope: 'snapshot',
  level: 'must',
  demand:
    'No Namespace that has a Pod without labels carries the label virtual-kubelet.io/provider-cluster-native-name.',
  why: 'The controller adds this label to the labels of the Pod, of which there are none, and goes down with all clusters that it serves.',
  source: 'deepflow-server behaviour: writing to absent labels ends the controller process',
  implies: ['hazard/no-idle-virtual-kubelet-label'],
  example: {
    breaks: { calls: [upload({ entries: withoutLabels(withKubeletLabel()) })] },
    keeps: { calls: [upload({ entries: withKubeletLabel() })] },
  },
  judge(snapshot) {
    const index = indexOf(snapshot);
    const labelled = labelledNamespaces(index);
    if (labelled.size === 0) return passed;
    const findings = createFindingCollector();
    for (const located of index.kinds.pod.objects) {
      const { reading } = located;
      const label = labelled.get(reading.meta.namespace);
      if (reading.hasLabels || label === undefined) continue;
      findings.add(() => ({
        ...placeOf(located),
        found: `no metadata.labels, in a Namespace with the label virtual-kubelet.io/provider-cluster-native-name ${shown(label)}`,
        expected: 'Namespaces without labels',
        message: 'This Pod crashes the controller: send Namespaces without their labels.',
      }));
    }
    return findings.judgement();
  },
};

const noIdleVirtualKubeletLabel: SnapshotRule = {
  id: 'hazard/no-idle-virtual-kubelet-label',
  scope: 'snapshot',
  level: 'info',
  demand:
    'No Namespace carries the label virtual-kubelet.io/provider-cluster-native-name, even if all of its Pods have labels.',
  why: 'The first Pod without labels in such a Namespace would crash the controller.',
  source: 'deepflow-server behaviour: writing to absent labels ends the controller process',
  example: { breaks: { calls: [upload({ entries: withKubeletLabel() })] }, keeps: { calls: [upload()] } },
  judge(snapshot) {
    const index = indexOf(snapshot);
    if (index.kinds.namespace.objects.length === 0) return notJudged('the upload holds no Namespace that can be read');
    const findings = createFindingCollector();
    for (const located of index.kinds.namespace.objects) {
      const { reading } = located;
      if (reading.virtualKubeletLabel === '') continue;
      findings.add(() => ({
        ...placeOf(located),
        found: `label virtual-kubelet.io/provider-cluster-native-name ${shown(reading.virtualKubeletLabel)}`,
        expected: 'Namespaces without labels',
        message:
          'A Pod without labels in this Namespace would crash the controller: send Namespaces without their labels.',
      }));
    }
    return findings.judgement();
  },
};

const podSubnetKnown: SnapshotRule = {
  id: 'hazard/pod-subnet-known',
  scope: 'snapshot',
  level: 'should',
  demand: 'Nodes carry spec.podCIDR, where the addresses of their Pods span more than one /16.',
  why: 'The server guesses the networks of the other Pods only where one /16 (IPv6: /64) holds them all; else these Pods get no address.',
  source:
    'deepflow-server behaviour: Pod addresses without a known network are summed up to one network of at most 16 (64) bits of mask',
  implies: ['node/pod-cidr'],
  example: {
    breaks: { calls: [upload({ entries: twoNetworks({}) })] },
    keeps: { calls: [upload({ entries: twoNetworks({ podCIDR: '10.244.0.0/15' }) })] },
  },
  judge(snapshot) {
    const { kinds } = indexOf(snapshot);
    const bare = new Set<string>();
    const nodeIps = new Set<string>();
    for (const { reading } of kinds.node.objects) {
      const ip = reading.internalIp ?? '';
      nodeIps.add(ip);
      if (reading.podCidr === '' && ip !== '') bare.add(ip);
    }
    if (nodeIps.size === 0) return notJudged('the upload holds no Node that can be read');
    if (bare.size === 0) return passed;
    const spans = { v4: new Set<string>(), v6: new Set<string>() };
    for (const { reading } of kinds.pod.objects) {
      if (!bare.has(reading.hostIp) || nodeIps.has(reading.podIp)) continue;
      const address = parseAddress(reading.podIp);
      if (address === null) continue;
      (typeof address === 'number' ? spans.v4 : spans.v6).add(networkOf(address));
      if (spans.v4.size > 1 || spans.v6.size > 1) break;
    }
    const wide = spans.v4.size > 1 ? spans.v4 : spans.v6.size > 1 ? spans.v6 : null;
    if (wide === null) return passed;
    return failedWith({
      type: '*v1.Node',
      found: `${bare.size} of ${kinds.node.objects.length} Nodes without spec.podCIDR, whose Pods have addresses in ${[...wide].join(' and ')}`,
      expected: 'spec.podCIDR of every Node, as Kubernetes holds it',
      message:
        'The server cannot guess the networks of these Pods and shows them without address: send spec.podCIDR, or have agents report the NICs of the Pods.',
    });
  },
};

/** The /16 (IPv6: /64) that an address lies in, as text. */
function networkOf(address: Address): string {
  if (typeof address === 'number')
    return `${Math.floor(address / 2 ** 24)}.${Math.floor(address / 2 ** 16) % 256}.0.0/16`;
  return `${address
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

function labelledNamespaces({ kinds }: SnapshotIndex): ReadonlyMap<string, string> {
  const labelled = new Map<string, string>();
  for (const { reading } of kinds.namespace.objects) {
    if (reading.virtualKubeletLabel !== '') labelled.set(reading.meta.name, reading.virtualKubeletLabel);
  }
  return labelled;
}

function withKubeletLabel() {
  const labels = { 'virtual-kubelet.io/provider-cluster-native-name': 'edge' };
  return changed(exampleSnapshot(), '*v1.Namespace', (object) => ({
    ...object,
    metadata: { ...at(object, 'metadata'), labels },
  }));
}

/** Without the labels of one Pod; the other one keeps its own. */
function withoutLabels(entries: ReturnType<typeof exampleSnapshot>) {
  return changed(entries, '*v1.Pod', (pod) => {
    if (at(pod, 'metadata').name === 'store-0') delete at(pod, 'metadata').labels;
    return pod;
  });
}

function twoNetworks(spec: object) {
  const nodes = changed(exampleSnapshot(), '*v1.Node', (node) => ({ ...node, spec }));
  return changed(nodes, '*v1.Pod', (pod) => {
    if (at(pod, 'metadata').name === 'store-0') at(pod, 'status').podIP = '10.245.1.7';
    return pod;
  });
}

export const snapshotHazardRules: readonly Rule[] = [noVirtualKubeletLabel, noIdleVirtualKubeletLabel, podSubnetKnown];
