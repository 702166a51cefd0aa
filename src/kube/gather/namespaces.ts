import { type Draft, hasIdentity } from './draft.js';
import { createUidClaims } from './unique.js';

export interface ShownNamespaces {
  readonly count: number;
  readonly names: ReadonlySet<string>;
  /** Rows of the namespaces that carry the virtual-kubelet label, by name. */
  readonly virtualKubelet: ReadonlyMap<string, number>;
}

export function gatherNamespaces(draft: Draft): ShownNamespaces {
  const shown = createUidClaims(draft, draft.members.namespace.length);
  for (const row of draft.members.namespace) {
    const namespace = draft.readings[row];
    if (namespace?.kind === 'namespace' && hasIdentity(draft, row, namespace.meta)) {
      shown.claim(row, namespace.meta.uidHash);
    }
  }
  const names = new Set<string>();
  const virtualKubelet = new Map<string, number>();
  for (const row of shown.rows()) {
    const namespace = draft.readings[row];
    if (namespace?.kind !== 'namespace') continue;
    names.add(namespace.meta.name);
    if (namespace.virtualKubeletLabel !== '') virtualKubelet.set(namespace.meta.name, row);
  }
  return { count: shown.size, names, virtualKubelet };
}
