import type { Generation } from './configuration-key.js';
import { keySets } from './configuration-keys.js';
import { groupKeys } from './keys.js';

/** Which generation's keys a document has; v7 where it has neither's, or as many of both. */
export function generationOf(root: Readonly<Record<string, unknown>>): Generation {
  const count = (generation: Generation) =>
    Object.keys(root).filter((name) => {
      const keys = keySets[generation];
      return keys.get(name) !== undefined || keys.isSection(name);
    }).length;
  const old = count('v6.5') + (Object.keys(root).some((name) => groupKeys.includes(name)) ? 1 : 0);
  return old > count('v7') ? 'v6.5' : 'v7';
}
