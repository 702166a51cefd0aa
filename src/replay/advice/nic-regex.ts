import { defaultInterfaceRegex } from '../../agent-config/keys.js';
import { compileRustRegex } from '../../agent-config/rust-regex.js';
import type { Topology } from '../../platform/topology.js';

/** An expression for exactly these NICs; a bare name where that matches no other NIC of the site. */
export function regexOfOnly(names: readonly string[], topology: Topology): string {
  const unique = [...new Set(names)].sort();
  const [single] = unique;
  const all = topology.nodes.flatMap((node) => node.nics.map((nic) => nic.name));
  const plain = single !== undefined && unique.length === 1 && /^\w+$/.test(single) ? single : null;
  if (plain !== null && all.every((name) => name === plain || !name.includes(plain))) return plain;
  return `^(${unique.map(escapeRegex).join('|')})$`;
}

/** The expression in use, widened by these NICs. */
export function regexWith(current: string, names: readonly string[]): string {
  const added = [...new Set(names)].sort().map(escapeRegex).join('|');
  const group = /^\^\((.*)\)\$$/.exec(current);
  if (current === '') return `^(${added})$`;
  if (current === defaultInterfaceRegex || (group !== null && compileRustRegex(group[1] ?? '').ok)) {
    return `^(${group?.[1] ?? ''}|${added})$`;
  }
  return `${current}|^(${added})$`;
}

export function physicalNics(topology: Topology, nodes: Iterable<string>): string[] {
  const wanted = new Set(nodes);
  return topology.nodes
    .filter((node) => wanted.has(node.name))
    .flatMap((node) => node.nics.filter((nic) => nic.kind === 'physical').map((nic) => nic.name));
}

function escapeRegex(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
