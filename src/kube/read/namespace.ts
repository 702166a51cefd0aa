import { ContentDigest } from '../content-digest.js';
import { type JsonObject, objectAt, textAt } from '../json-value.js';
import { applicableFields, neededFields, presentFields } from '../needed-fields.js';
import type { NamespaceReading } from '../reading.js';
import { readMeta, rowOf } from './meta.js';

const virtualKubeletKey = 'virtual-kubelet.io/provider-cluster-native-name';

export function readNamespace(type: string, object: JsonObject): NamespaceReading {
  const content = new ContentDigest(type);
  const meta = readMeta(object, content);
  const virtualKubeletLabel = textAt(objectAt(objectAt(object, 'metadata'), 'labels'), virtualKubeletKey);
  content.text(virtualKubeletKey, virtualKubeletLabel);
  return {
    kind: 'namespace',
    meta,
    row: rowOf(type, meta),
    jsonKind: textAt(object, 'kind'),
    fields: presentFields(neededFields.namespace, object),
    fieldsApplicable: applicableFields(neededFields.namespace, object, type),
    digest: content.value(),
    neededSize: content.size,
    virtualKubeletLabel,
  };
}
