import { ContentDigest } from '../content-digest.js';
import { asText, type JsonObject } from '../json-value.js';
import type { VersionReading } from '../reading.js';
import { noMeta, rowOf } from './meta.js';

export function readVersion(type: string, object: JsonObject): VersionReading {
  const content = new ContentDigest(type);
  const gitVersion = asText(object.gitVersion);
  content.text('gitVersion', gitVersion);
  return {
    kind: 'version',
    meta: noMeta,
    row: rowOf(type, noMeta),
    jsonKind: asText(object.kind),
    fields: 0,
    fieldsApplicable: 0,
    digest: content.value(),
    neededSize: content.size,
    gitVersion,
  };
}
