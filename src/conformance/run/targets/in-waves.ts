import type { KubeObject } from '../../../kube/kube-object.js';

/** Objects in groups, each of which is made after the ones before it: owners come before what they own. */
export function inWaves(objects: readonly KubeObject[]): readonly (readonly KubeObject[])[] {
  const waves: (readonly KubeObject[])[] = [];
  let left = objects;
  while (left.length > 0) {
    const uids = new Set(left.map(({ metadata }) => metadata.uid));
    const isFree = (object: KubeObject): boolean => ownersOf(object).every((uid) => !uids.has(uid));
    const wave = left.filter(isFree);
    // Those that own each other are nobody's first.
    if (wave.length === 0) return [...waves, left];
    waves.push(wave);
    left = left.filter((object) => !isFree(object));
  }
  return waves;
}

function ownersOf({ metadata }: KubeObject): readonly string[] {
  const owners = (metadata.ownerReferences as readonly { readonly uid?: string }[] | undefined) ?? [];
  return owners.flatMap(({ uid }) => uid ?? []);
}
