import type { Topology } from '../../platform/topology.js';
import { roleOf } from '../observation-point.js';
import { type Adviser, adviceFrom, collectEvidence, evidenceOf } from './advice.js';

/** The same packets counted twice: a bridge and its port, or copies within one capture. */
// One copy now and then is the network's own doing; captured twice, a twentieth and more is.
export const duplicatePackets: Adviser = ({ conversations, topology }) => {
  const carriers = carrierNics(topology);
  const extra = new Set<string>();
  const found = collectEvidence();
  for (const { points } of conversations) {
    for (const { row } of points) {
      if (row.source !== 'packet') continue;
      if (row.duplicates > 1 && row.duplicates * 20 >= row.packetsTx + row.packetsRx) {
        found.add(() => evidenceOf(row, `${row.duplicates} packets are copies of the one before`));
        continue;
      }
      if (points.length < 2 || carriers.get(row.node)?.has(row.nic) !== true) continue;
      const twin = points.find(
        (point) =>
          point.row.node === row.node &&
          point.row.nic !== row.nic &&
          point.row.source === 'packet' &&
          roleOf(point.row.tapSide) === roleOf(row.tapSide),
      );
      if (twin === undefined) continue;
      extra.add(row.nic);
      found.add(() =>
        evidenceOf(row, `the same packets as on ${twin.row.nic} (${twin.row.tapSide}), here ${row.tapSide}`),
      );
    }
  }
  const why =
    'Packets are captured more than once on their way through a node (a bridge or tunnel device and its port), which adds rows and load.';
  const nics = [...extra].sort().join(', ');
  const setting = nics === '' ? 'capture each NIC once' : `tap_interface_regex: an expression that leaves out ${nics}`;
  return adviceFrom('duplicate-packets', why, setting, found);
};

/** Bridges and tunnel devices by node. */
function carrierNics(topology: Topology): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    topology.nodes.map((node) => {
      const nics = node.nics.filter((nic) => nic.kind === 'bridge' || nic.kind === 'tunnel').map((nic) => nic.name);
      return [node.name, new Set(nics)];
    }),
  );
}
