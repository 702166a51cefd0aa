import { type Adviser, adviceFrom } from './advice.js';
import { hiddenTunnels } from './hidden-tunnels.js';

const vxlan = 1;

/** DeepFlow knows VXLAN by three ports; no setting adds another. */
export const vxlanUnusualPort: Adviser = (context) => {
  const { found, ports } = hiddenTunnels(
    context,
    vxlan,
    (node) => context.settingsOf(node).decapProtocols.includes(vxlan),
    (row, packets) => `${packets} packets to UDP ${row.server.port} look like VXLAN`,
  );
  const why =
    `VXLAN runs on UDP ${[...ports].sort((a, b) => a - b).join(', ')}. DeepFlow takes it off on the ports 4789, 8472 and ` +
    '6784 only, and no setting adds another: Node NICs show the nodes instead of the Pods.';
  return adviceFrom('vxlan-unusual-port', why, 'set the network’s VXLAN port to 4789 or 8472', found);
};
