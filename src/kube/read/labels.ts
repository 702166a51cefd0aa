import type { ContentDigest } from '../content-digest.js';
import { isJsonObject } from '../json-value.js';
import type { Labels } from '../reading.js';

export const noLabels: Labels = new Map();

/** Values that are not strings are ignored. */
export function readLabels(value: unknown, content: ContentDigest): Labels {
  return readPairs(value, content, false);
}

/**
 * Unlike labels, a selector keeps the keys whose values are not strings, with "" as the server takes them: ignoring
 * them would let the Service match more than it asks for.
 */
export function readSelector(value: unknown, content: ContentDigest): Labels {
  return readPairs(value, content, true);
}

function readPairs(value: unknown, content: ContentDigest, keepsAllKeys: boolean): Labels {
  let pairs: Map<string, string> | null = null;
  if (isJsonObject(value)) {
    for (const key in value) {
      const found = value[key];
      const isText = typeof found === 'string';
      if (!isText && !keepsAllKeys) continue;
      const text = isText ? found : '';
      pairs ??= new Map();
      pairs.set(key, text);
      content.pair(key, text);
    }
  }
  content.endPairs('labels');
  return pairs ?? noLabels;
}
