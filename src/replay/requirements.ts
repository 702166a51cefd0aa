import { compileRustRegex } from '../agent-config/rust-regex.js';
import type { AgentSettings } from '../agent-config/setting.js';
import { shortName } from '../agent-config/setting-text.js';
import { tunnelName } from '../agent-config/tunnel-protocol.js';
import type { NodeNicKind, Topology } from '../platform/topology.js';
import type { MatrixRow } from './matrix-cell.js';

/** Configuration that a row of the matrix presupposes and a node has not got. */
export interface UnmetRequirement {
  readonly node: string;
  readonly setting: string;
  readonly found: string;
  readonly expected: string;
}

/** What of a row's required configuration the agents of a site lack, node by node. */
export function unmetRequirements(
  row: MatrixRow,
  topology: Topology,
  settingsOf: (node: string) => AgentSettings,
): UnmetRequirement[] {
  return topology.nodes.flatMap((node) => {
    const settings = settingsOf(node.name);
    const unmet: UnmetRequirement[] = [];
    const lacks = (setting: string, found: string, expected: string): void => {
      unmet.push({ node: node.name, setting, found, expected });
    };
    if (!row.requires.captureModes.includes(settings.captureMode)) {
      lacks(shortName('captureMode'), String(settings.captureMode), row.requires.captureModes.join(' or '));
    }
    for (const type of row.requires.decap) {
      if (settings.decapProtocols.includes(type)) continue;
      lacks(
        shortName('decapProtocols'),
        `[${settings.decapProtocols.join(', ')}]`,
        `${type} (${tunnelName(type)}) in it`,
      );
    }
    const regex = compileRustRegex(settings.interfaceRegex);
    const matches = (nic: string): boolean => settings.interfaceRegex !== '' && regex.ok && regex.regex.test(nic);
    // One of several node NICs may serve management or storage alone: where one is captured, advice tells of the others by evidence.
    const hasNodeNic = node.nics.some(({ kind, name }) => placeOf(kind) === 'node-nic' && matches(name));
    for (const nic of node.nics) {
      const place = placeOf(nic.kind);
      if (place === null) continue;
      const isMissed = !matches(nic.name) && !(place === 'node-nic' && hasNodeNic);
      if (row.requires.captures.includes(place) && isMissed) {
        lacks(shortName('interfaceRegex'), settings.interfaceRegex, `an expression that matches ${nic.name}`);
      }
      if (place === 'pod-nic' && row.requires.leavesOut.includes(place) && matches(nic.name)) {
        lacks(shortName('interfaceRegex'), settings.interfaceRegex, `an expression that leaves out ${nic.name}`);
      }
    }
    return unmet;
  });
}

function placeOf(kind: NodeNicKind): 'pod-nic' | 'node-nic' | null {
  return kind === 'pod-end' ? 'pod-nic' : kind === 'physical' ? 'node-nic' : null;
}
