import type { Observation } from '../observation.js';
import { type AdviceContext, collectEvidence, type EvidenceCollector, evidenceOf } from './advice.js';

/** Rows in which the core saw a tunnel and did not take it off. */
export interface HiddenTunnels {
  readonly found: EvidenceCollector;
  /** Nodes in whose captures they are. */
  readonly nodes: ReadonlySet<string>;
  readonly ports: ReadonlySet<number>;
}

export function hiddenTunnels(
  { hidden }: AdviceContext,
  type: number,
  concerns: (node: string) => boolean,
  detail: (row: Observation, packets: number) => string,
): HiddenTunnels {
  const found = collectEvidence();
  const nodes = new Set<string>();
  const ports = new Set<number>();
  for (const row of hidden) {
    const tunnel = row.hiddenTunnel;
    if (tunnel === null || tunnel.type !== type || !concerns(row.node)) continue;
    // A tunnel is one in all its packets; a few that look so are chance.
    if (tunnel.packets === 0 || tunnel.packets * 2 < row.packetsTx + row.packetsRx) continue;
    nodes.add(row.node);
    ports.add(row.server.port);
    found.add(() => evidenceOf(row, detail(row, tunnel.packets)));
  }
  return { found, nodes, ports };
}

/** The decapsulation list of the first node with one more number, as configuration shows it. */
export function widenedDecap({ settingsOf }: AdviceContext, nodes: ReadonlySet<string>, type: number): string {
  const [first] = nodes;
  const current = first === undefined ? [] : settingsOf(first).decapProtocols;
  return `[${[...new Set([...current, type])].sort((a, b) => a - b).join(', ')}]`;
}
