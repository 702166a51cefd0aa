import type { ContentDigest } from '../content-digest.js';
import { arrayAt, integerAt, isJsonObject, type JsonObject, textAt } from '../json-value.js';

export const noPorts: ReadonlyMap<string, number> = new Map();

/** The ports of a Pod spec's containers that have a name; of several with one name the last. */
export function readNamedPorts(podSpec: JsonObject, content: ContentDigest): ReadonlyMap<string, number> {
  let named: Map<string, number> | null = null;
  for (const container of arrayAt(podSpec, 'containers')) {
    if (!isJsonObject(container)) continue;
    for (const port of arrayAt(container, 'ports')) {
      if (!isJsonObject(port)) continue;
      const name = textAt(port, 'name');
      const number = integerAt(port, 'containerPort');
      if (name === '' || number === 0) continue;
      named ??= new Map();
      named.set(name, number);
    }
  }
  if (named === null) return noPorts;
  for (const [name, number] of named) content.pair(name, String(number));
  content.endPairs('ports');
  return named;
}
