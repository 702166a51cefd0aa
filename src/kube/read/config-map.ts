import { ContentDigest } from '../content-digest.js';
import { type JsonObject, objectAt, textAt } from '../json-value.js';
import { applicableFields, neededFields, presentFields } from '../needed-fields.js';
import type { ConfigMapReading } from '../reading.js';
import { readLabels } from './labels.js';
import { readMeta, rowOf } from './meta.js';

export function readConfigMap(type: string, object: JsonObject): ConfigMapReading {
  const content = new ContentDigest(type);
  const meta = readMeta(object, content);
  content.text('creationTimestamp', textAt(objectAt(object, 'metadata'), 'creationTimestamp'));
  const neededSize = content.size;
  // The server stores the data where it comes, so a change of it is a change; but nobody needs it, so it has no size.
  readLabels(object.data, content);
  return {
    kind: 'configmap',
    meta,
    row: rowOf(type, meta),
    jsonKind: textAt(object, 'kind'),
    fields: presentFields(neededFields.configmap, object),
    fieldsApplicable: applicableFields(neededFields.configmap, object, type),
    digest: content.value(),
    neededSize,
  };
}
