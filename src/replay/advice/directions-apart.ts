import { type Adviser, adviceFrom, collectEvidence, evidenceOf } from './advice.js';

/** One NIC of a node carries what goes out, another what comes in: members of a bond, or asymmetric routes. */
export const directionsApart: Adviser = ({ several }) => {
  const groups = new Set<string>();
  const found = collectEvidence();
  for (const { points } of several) {
    for (const { row, direction } of points) {
      if (direction === 'both' || row.position !== 'node-nic') continue;
      const other = points.find(
        (point) =>
          point.direction !== 'both' &&
          point.direction !== direction &&
          point.row.position === 'node-nic' &&
          point.row.node === row.node &&
          point.row.nic !== row.nic,
      );
      if (other === undefined) continue;
      groups.add([row.nic, other.row.nic].sort().join(', '));
      const shown = direction === 'tx-only' ? 'client to server' : 'server to client';
      found.add(() => evidenceOf(row, `${shown} only; the other direction is on ${other.row.nic}`));
    }
  }
  const list = [...groups].sort().map((nics) => `{ slave_interfaces: [${nics}] }`);
  const why =
    'The two directions of conversations are on different NICs of one node: each makes a flow of its own, half of it missing.';
  return adviceFrom('directions-apart', why, `inputs.cbpf.af_packet.bond_interfaces: [${list.join(', ')}]`, found);
};
