import { ContentDigest } from '../content-digest.js';
import { asText, type JsonObject } from '../json-value.js';
import type { OtherReading } from '../reading.js';
import type { LastRead } from './last-read.js';
import { readMeta, rowOf } from './meta.js';

/** Of what no server reads, only the existence counts. */
export function readOther(type: string, object: JsonObject, last: LastRead): OtherReading {
  const content = new ContentDigest(type);
  const meta = readMeta(object, content, last);
  return {
    kind: 'other',
    meta,
    row: rowOf(type, meta),
    jsonKind: asText(object.kind),
    fields: 0,
    fieldsApplicable: 0,
    digest: content.value(),
    neededSize: content.size,
  };
}
