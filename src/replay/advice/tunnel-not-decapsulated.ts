import { tunnelName, tunnelProtocols } from '../../agent-config/tunnel-protocol.js';
import { type Adviser, adviceFrom } from './advice.js';
import { hiddenTunnels, widenedDecap } from './hidden-tunnels.js';

const geneve = 4;

/** Tunnels that `trim-tunnel-types` takes off, and by which name. */
const trimmed: Readonly<Record<number, string>> = { 6: 'ERSPAN', 7: 'TEB' };

/** Any other tunnel that is seen and not in the list. */
export const tunnelNotDecapsulated: Adviser = (context) =>
  tunnelProtocols
    .filter(({ number }) => number !== geneve)
    .flatMap(({ number, label }) => {
      const { found, nodes } = hiddenTunnels(
        context,
        number,
        (node) => !context.settingsOf(node).decapProtocols.includes(number),
        (_row, packets) => `${packets} packets hold ${label}`,
      );
      const trim = trimmed[number];
      const setting =
        trim === undefined ? `decap_type: ${widenedDecap(context, nodes, number)}` : `trim-tunnel-types: [${trim}]`;
      const why = `${label} is on the wire and is not taken off: the ends of the tunnel are seen, not those of the traffic in it.`;
      return adviceFrom(`${tunnelName(number)}-not-decapsulated`, why, setting, found);
    });
