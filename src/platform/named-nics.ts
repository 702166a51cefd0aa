import { nicKindOfName } from './nic-kind.js';
import type { NodeNic, Topology } from './topology.js';

/** NICs of which nothing is known but the name, for the names that are not among `known`; each once. */
export function namedNics(names: readonly string[], known: readonly NodeNic[]): NodeNic[] {
  return [...new Set(names)]
    .filter((name) => !known.some((nic) => nic.name === name))
    .map((name) => ({ name, kind: nicKindOfName(name), mac: null, ips: [], ifindex: null, mappedMac: null }));
}

/** Adds NICs that only captures name to their nodes. */
export function withNamedNics(
  topology: Topology,
  captures: readonly { readonly node: string; readonly nic: string; readonly pod: string | null }[],
): Topology {
  const namesOf = (node: string): string[] =>
    captures.filter((capture) => capture.node === node && capture.pod === null).map(({ nic }) => nic);
  return {
    ...topology,
    nodes: topology.nodes.map((node) => ({
      ...node,
      nics: [...node.nics, ...namedNics(namesOf(node.name), node.nics)],
    })),
  };
}
