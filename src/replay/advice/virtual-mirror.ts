import { formatMac } from '../../platform/mac.js';
import { macsOfNodes } from '../../platform/node-view.js';
import { podKey, type Topology, type TopologyPod } from '../../platform/topology.js';
import { type Adviser, adviceFrom, collectEvidence, evidenceOf } from './advice.js';
import { regexOfOnly } from './nic-regex.js';

/** MACVlan or CCE Turbo in capture mode 0: Node NICs carry the Pods' own MACs, and no NIC of the Pods is in the root. */
export const virtualMirror: Adviser = ({ conversations, topology, settingsOf, expectation }) => {
  const pods = mirroredPods(topology, expectation?.cni === 'macvlan' || expectation?.cni === 'cce-turbo');
  const local = new Set(
    topology.nodes.filter(({ name }) => settingsOf(name).captureMode === 0).map(({ name }) => name),
  );
  const nics = new Set<string>();
  const found = collectEvidence();
  if (pods.size === 0 || local.size === 0) return [];
  for (const { conversation } of conversations) {
    for (const row of conversation.rows) {
      if (row.source !== 'packet' || row.position !== 'node-nic' || row.tunnel !== null || !local.has(row.node))
        continue;
      const ofNode = pods.get(row.node);
      const mac = [row.client.mac, row.server.mac].find((each) => ofNode?.has(each));
      const pod = mac === undefined ? undefined : ofNode?.get(mac);
      if (mac === undefined || pod === undefined) continue;
      nics.add(row.nic);
      found.add(() => {
        const detail = `frames carry ${formatMac(mac)}, the MAC of Pod ${podKey(pod)}; seen as ${row.tapSide}`;
        return evidenceOf(row, detail);
      });
    }
  }
  const why =
    'Node NICs carry frames with the MACs of Pods that have no NIC of their own in the root namespace (MACVlan, CCE Turbo). ' +
    'In capture mode 0 a NIC stands for one MAC only, so that these Pods are taken for their node or missed. ' +
    'Put these nodes into an agent group of their own.';
  return adviceFrom(
    'virtual-mirror',
    why,
    `tap_mode: 1; tap_interface_regex: ${regexOfOnly([...nics], topology)}`,
    found,
  );
};

/** Pods by node and MAC whose NICs hang on a physical one, or on nothing that anybody knows. */
function mirroredPods(topology: Topology, expected: boolean): ReadonlyMap<string, ReadonlyMap<number, TopologyPod>> {
  const nodeMacs = macsOfNodes(topology);
  const found = new Map<string, Map<number, TopologyPod>>();
  for (const pod of topology.pods) {
    for (const nic of pod.nics) {
      const mirrored = nic.kind === 'macvlan' || (nic.kind === 'unknown' && (expected || nic.hostNic === null));
      if (!mirrored || nic.mac === null || nodeMacs.has(nic.mac.value)) continue;
      const ofNode = found.get(pod.node) ?? new Map<number, TopologyPod>();
      found.set(pod.node, ofNode.set(nic.mac.value, pod));
    }
  }
  return found;
}
