import type { ContentDigest } from '../content-digest.js';
import { asArray, asInteger, asText, isJsonObject, type JsonObject } from '../json-value.js';

export const noPorts: ReadonlyMap<string, number> = new Map();

/** The ports of a Pod spec's containers that have a name; of several with one name the last. */
export function readNamedPorts(podSpec: JsonObject, content: ContentDigest): ReadonlyMap<string, number> {
  let named: Map<string, number> | null = null;
  for (const container of asArray(podSpec.containers)) {
    if (!isJsonObject(container)) continue;
    for (const port of asArray(container.ports)) {
      if (!isJsonObject(port)) continue;
      const name = asText(port.name);
      const number = asInteger(port.containerPort);
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
