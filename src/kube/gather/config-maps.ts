import { type Draft, hasIdentity, isInNamespace } from './draft.js';
import { createUidClaims } from './unique.js';

/** Returns how many are shown. */
export function gatherConfigMaps(draft: Draft, namespaces: ReadonlySet<string>): number {
  const shown = createUidClaims(draft, draft.members.configmap.length);
  for (const row of draft.members.configmap) {
    const configMap = draft.readings[row];
    if (configMap?.kind !== 'configmap') continue;
    if (!hasIdentity(draft, row, configMap.meta)) continue;
    if (isInNamespace(draft, row, configMap.meta, namespaces)) shown.claim(row, configMap.meta.uidHash);
  }
  return shown.size;
}
