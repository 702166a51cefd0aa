import { ContentDigest } from '../content-digest.js';
import { asText, type JsonObject } from '../json-value.js';
import { applicableFields, neededFields, presentFields } from '../needed-fields.js';
import { partsOf } from '../object-parts.js';
import type { ConfigMapReading } from '../reading.js';
import { readLabels } from './labels.js';
import type { LastRead } from './last-read.js';
import { readMeta, rowOf } from './meta.js';

export function readConfigMap(type: string, object: JsonObject, last: LastRead): ConfigMapReading {
  const content = new ContentDigest(type);
  const meta = readMeta(object, content, last);
  const parts = partsOf(object);
  content.text('creationTimestamp', asText(parts.metadata.creationTimestamp));
  const neededSize = content.size;
  // The server stores the data where it comes, so a change of it is a change; but nobody needs it, so it has no size.
  readLabels(object.data, content, last);
  return {
    kind: 'configmap',
    meta,
    row: rowOf(type, meta),
    jsonKind: asText(object.kind),
    fields: presentFields(neededFields.configmap, parts),
    fieldsApplicable: applicableFields(neededFields.configmap, parts, type),
    digest: content.value(),
    neededSize,
  };
}
