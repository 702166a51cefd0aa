import type { ClusterPod, ClusterResources } from '../platform/cluster-resources.js';
import { namedNics } from '../platform/named-nics.js';
import { given } from '../platform/origin.js';
import { defaultVpc, type PodNic, podKey, type Topology, type TopologyPod } from '../platform/topology.js';
import type { InferredCaptures } from './capture-names.js';
import type { NodeLinks } from './links-file.js';

export interface DirectorySite {
  readonly topology: Topology;
  /** What could not be told, in words. */
  readonly notes: readonly string[];
}

/**
 * Nodes, Pods and NICs from the cluster's objects, the links files, and the NICs that the captures name. What none of
 * them tells stays open (learning may fill MACs) and is noted; nothing is guessed.
 */
export function directoryTopology(
  resources: ClusterResources,
  links: ReadonlyMap<string, NodeLinks>,
  captures: InferredCaptures['captures'],
): DirectorySite {
  const notes: string[] = [];
  const pods = resources.pods
    .filter((pod) => !pod.hostNetwork && pod.ips.length > 0 && pod.node !== '')
    .map((pod) => podOf(pod, links.get(pod.node)));
  const nodes = resources.nodes.map((node) => {
    const known = links.get(node.name);
    const names = captures.filter((capture) => capture.node === node.name).map((capture) => capture.nic);
    const nics = [...(known?.nics ?? []), ...namedNics(names, known?.nics ?? [])];
    const physical = nics.filter((nic) => nic.kind === 'physical');
    if (known === undefined && physical.length > 1) {
      const listed = physical.map((nic) => nic.name).join(', ');
      notes.push(`${node.name}: which of ${listed} has its address is not known; a ${node.name}.links.json would tell`);
    }
    return { name: node.name, nics, addresses: node.addresses, localSegments: null, remoteSegments: null };
  });
  return { topology: { nodes, pods, vips: [] }, notes };
}

function podOf(pod: ClusterPod, links: NodeLinks | undefined): TopologyPod {
  const container = links?.containers.find((nics) => nics.some((nic) => nic.ips.some((ip) => pod.ips.includes(ip))));
  const { name, namespace, node } = pod;
  const nics =
    container === undefined
      ? annotated(pod)
      : container.map((nic): PodNic => {
          const mac = nic.mac === null ? null : given(nic.mac, `${node}.links.json`);
          return { name: nic.name, kind: nic.kind, hostNic: nic.hostNic, mac, ips: nic.ips };
        });
  return { name, namespace, node, nics, vpc: defaultVpc };
}

function annotated(pod: ClusterPod): PodNic[] {
  const told = pod.nics.map((nic): PodNic => {
    const mac = nic.mac === null ? null : given(nic.mac, `annotation of Pod ${podKey(pod)}`);
    return { name: nic.name, kind: 'unknown', hostNic: null, mac, ips: nic.ips };
  });
  const held = new Set(told.flatMap((nic) => nic.ips));
  const rest = pod.ips.filter((ip) => !held.has(ip));
  return rest.length === 0 ? told : [{ name: 'eth0', kind: 'unknown', hostNic: null, mac: null, ips: rest }, ...told];
}

/** Pod NICs of unknown kind become what the expected network has; they hang on their node's only physical NIC. */
export function withPodNicKind(topology: Topology, kind: 'macvlan' | 'ipvlan'): Topology {
  return {
    ...topology,
    pods: topology.pods.map((pod) => {
      const node = topology.nodes.find(({ name }) => name === pod.node);
      const physical = node?.nics.filter((nic) => nic.kind === 'physical') ?? [];
      const parent = physical.length === 1 ? (physical[0]?.name ?? null) : null;
      return {
        ...pod,
        nics: pod.nics.map((nic) =>
          nic.kind === 'unknown' && nic.hostNic === null ? { ...nic, kind, hostNic: parent } : nic,
        ),
      };
    }),
  };
}
