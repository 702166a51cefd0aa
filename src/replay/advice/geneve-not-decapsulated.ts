import { type Adviser, adviceFrom } from './advice.js';
import { hiddenTunnels, widenedDecap } from './hidden-tunnels.js';

const geneve = 4;

/** Geneve is not in DeepFlow's default list, so that Pods behind it are seen as their nodes. */
export const geneveNotDecapsulated: Adviser = (context) => {
  const { found, nodes } = hiddenTunnels(
    context,
    geneve,
    () => true,
    (row, packets) => `${packets} packets hold Geneve (UDP 6081); seen as ${row.tapSide} of the nodes`,
  );
  const why =
    'Geneve is on the wire and is not taken off: Node NICs show the nodes, and c-nd and s-nd of the Pods are missing.';
  return adviceFrom('geneve-not-decapsulated', why, `decap_type: ${widenedDecap(context, nodes, geneve)}`, found);
};
