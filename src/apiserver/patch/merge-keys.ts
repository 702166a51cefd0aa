import type { JsonObject } from '../json.js';

/** Lists of objects that strategic patches merge, by the name of their field, with the keys that tell items apart. */
const mergeKeys: ReadonlyMap<string, readonly string[]> = new Map([
  ['containers', ['name']],
  ['initContainers', ['name']],
  ['ephemeralContainers', ['name']],
  ['env', ['name']],
  ['volumes', ['name']],
  ['volumeMounts', ['mountPath']],
  ['volumeDevices', ['devicePath']],
  // Of containers, then of Services.
  ['ports', ['containerPort', 'port']],
  ['imagePullSecrets', ['name']],
  ['secrets', ['name']],
  ['hostAliases', ['ip']],
  ['topologySpreadConstraints', ['topologyKey']],
  ['ownerReferences', ['uid']],
  ['conditions', ['type']],
  ['addresses', ['type']],
  ['podIPs', ['ip']],
  ['hostIPs', ['ip']],
]);

/** Lists of texts that strategic patches add to. */
const sets: ReadonlySet<string> = new Set(['finalizers', 'podCIDRs']);

/** Null: the list is replaced as a whole. */
export function mergeKeyOf(field: string, items: readonly JsonObject[]): string | null {
  const keys = mergeKeys.get(field) ?? [];
  return keys.find((key) => items.every((item) => item[key] !== undefined)) ?? null;
}

export function isSet(field: string): boolean {
  return sets.has(field);
}
