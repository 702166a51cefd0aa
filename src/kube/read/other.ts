import { ContentDigest } from '../content-digest.js';
import { type JsonObject, textAt } from '../json-value.js';
import type { OtherReading } from '../reading.js';
import { readMeta, rowOf } from './meta.js';

/** Of what no server reads, only the existence counts. */
export function readOther(type: string, object: JsonObject): OtherReading {
  const content = new ContentDigest(type);
  const meta = readMeta(object, content);
  return {
    kind: 'other',
    meta,
    row: rowOf(type, meta),
    jsonKind: textAt(object, 'kind'),
    fields: 0,
    fieldsApplicable: 0,
    digest: content.value(),
    neededSize: content.size,
  };
}
