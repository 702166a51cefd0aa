import { ContentDigest } from '../content-digest.js';
import { asText, type JsonObject, objectAt, textAt } from '../json-value.js';
import { applicableFields, neededFields, presentFields } from '../needed-fields.js';
import { partsOf } from '../object-parts.js';
import type { NamespaceReading } from '../reading.js';
import type { LastRead } from './last-read.js';
import { readMeta, rowOf } from './meta.js';

const virtualKubeletKey = 'virtual-kubelet.io/provider-cluster-native-name';

export function readNamespace(type: string, object: JsonObject, last: LastRead): NamespaceReading {
  const content = new ContentDigest(type);
  const meta = readMeta(object, content, last);
  const parts = partsOf(object);
  const virtualKubeletLabel = textAt(objectAt(parts.metadata, 'labels'), virtualKubeletKey);
  content.text(virtualKubeletKey, virtualKubeletLabel);
  return {
    kind: 'namespace',
    meta,
    row: rowOf(type, meta),
    jsonKind: asText(object.kind),
    fields: presentFields(neededFields.namespace, parts),
    fieldsApplicable: applicableFields(neededFields.namespace, parts, type),
    digest: content.value(),
    neededSize: content.size,
    virtualKubeletLabel,
  };
}
