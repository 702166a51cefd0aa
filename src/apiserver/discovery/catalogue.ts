import type { ResourceType } from './resource-type.js';

/** Finds the types that are served. */
export interface Catalogue {
  readonly types: readonly ResourceType[];
  /** By path: group "" for core. */
  byPlural(group: string, version: string, plural: string): ResourceType | undefined;
  /** By what objects say of themselves. */
  byKind(apiVersion: string, kind: string): ResourceType | undefined;
  /** Group, then its versions, the preferred one first. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
}

export function createCatalogue(types: readonly ResourceType[]): Catalogue {
  const plurals = new Map<string, ResourceType>();
  const kinds = new Map<string, ResourceType>();
  const groups = new Map<string, string[]>();
  for (const type of types) {
    const versions = groups.get(type.group) ?? [];
    groups.set(type.group, versions);
    for (const version of type.versions) {
      plurals.set(`${type.group}/${version}/${type.plural}`, type);
      kinds.set(`${apiVersionOf(type.group, version)}/${type.kind}`, type);
      if (!versions.includes(version)) versions.push(version);
    }
  }
  for (const versions of groups.values()) versions.sort(byMaturity);
  return {
    types,
    groups,
    byPlural: (group, version, plural) => plurals.get(`${group}/${version}/${plural}`),
    byKind: (apiVersion, kind) => kinds.get(`${apiVersion}/${kind}`),
  };
}

export function apiVersionOf(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`;
}

/** As Kubernetes orders versions: v1, then v1beta1, then v1alpha1. */
function byMaturity(left: string, right: string): number {
  const rank = (version: string) => (version.includes('alpha') ? 2 : version.includes('beta') ? 1 : 0);
  return rank(left) - rank(right) || (left < right ? -1 : 1);
}
