import { goesBothWays } from '../points.js';
import { type Adviser, adviceFrom, collectEvidence, evidenceOf } from './advice.js';
import { physicalNics, regexOfOnly } from './nic-regex.js';

/** Cilium's way past the stack: a Pod NIC shows what its Pod sends and nothing that it receives. */
export const oneWayPodNic: Adviser = ({ several, topology }) => {
  const nodes = new Set<string>();
  const found = collectEvidence();
  for (const { conversation, points } of several) {
    for (const { row, direction } of points) {
      if (direction === 'both' || row.position !== 'pod-nic' || !goesBothWays(conversation.rows)) continue;
      nodes.add(row.node);
      const shown = direction === 'tx-only' ? 'client to server' : 'server to client';
      const packets = row.packetsTx + row.packetsRx;
      found.add(() => evidenceOf(row, `${packets} packets, ${shown} only; the other direction is seen elsewhere`));
    }
  }
  const why =
    'Pod NICs show one direction only: the network hands packets to the Pods past these NICs (Cilium’s eBPF host routing). ' +
    'Their flows end as half closed and count half; capture the Node NICs instead.';
  const regex = regexOfOnly(physicalNics(topology, nodes), topology);
  return adviceFrom('one-way-pod-nic', why, `tap_interface_regex: ${regex}`, found);
};
