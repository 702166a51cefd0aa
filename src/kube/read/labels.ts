import type { ContentDigest } from '../content-digest.js';
import { isJsonObject, type JsonObject } from '../json-value.js';
import type { Labels } from '../reading.js';
import type { LastLabels, LastRead } from './last-read.js';

export const noLabels: Labels = new Map();

/** Values that are not strings are ignored. */
export function readLabels(value: unknown, content: ContentDigest, last: LastRead): Labels {
  if (!isJsonObject(value)) {
    content.endPairs('labels');
    return noLabels;
  }
  const known = last.labels;
  if (known !== null && isSame(value, known)) {
    content.addPairs(known.sums);
    return known.labels;
  }
  const labels = new Map<string, string>();
  for (const key in value) {
    const found = value[key];
    if (typeof found !== 'string') continue;
    labels.set(key, found);
    content.pair(key, found);
  }
  const sums = content.endPairs('labels');
  if (labels.size === 0) return noLabels;
  last.labels = { labels, keys: [...labels.keys()], values: [...labels.values()], sums };
  return labels;
}

function isSame(value: JsonObject, { keys, values }: LastLabels): boolean {
  let count = 0;
  for (const key in value) {
    if (key !== keys[count] || value[key] !== values[count]) return false;
    count += 1;
  }
  return count === keys.length;
}

/**
 * Unlike labels, a selector keeps the keys whose values are not strings, with "" as the server takes them: ignoring
 * them would let the Service match more than it asks for.
 */
export function readSelector(value: unknown, content: ContentDigest): Labels {
  let selector: Map<string, string> | null = null;
  if (isJsonObject(value)) {
    for (const key in value) {
      const found = value[key];
      const text = typeof found === 'string' ? found : '';
      selector ??= new Map();
      selector.set(key, text);
      content.pair(key, text);
    }
  }
  content.endPairs('labels');
  return selector ?? noLabels;
}
