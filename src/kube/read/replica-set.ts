import { ContentDigest } from '../content-digest.js';
import { asInteger, asObject, asText, type JsonObject } from '../json-value.js';
import { applicableFields, neededFields, presentFields } from '../needed-fields.js';
import { partsOf } from '../object-parts.js';
import type { ReplicaSetReading } from '../reading.js';
import { readNamedPorts } from './container-ports.js';
import { readLabels } from './labels.js';
import type { LastRead } from './last-read.js';
import { readMeta, rowOf } from './meta.js';
import { readOwnerReferences } from './owner-references.js';

export function readReplicaSet(type: string, object: JsonObject, last: LastRead): ReplicaSetReading {
  const content = new ContentDigest(type);
  const meta = readMeta(object, content, last);
  const parts = partsOf(object);
  const { metadata, spec } = parts;
  const template = asObject(spec.template);
  const replicas = asInteger(spec.replicas);
  const owner = readOwnerReferences(metadata.ownerReferences, content, last);
  const templateLabels = readLabels(asObject(template.metadata).labels, content, last);
  const namedPorts = readNamedPorts(asObject(template.spec), content);
  content.number('replicas', replicas);
  readLabels(metadata.labels, content, last);
  return {
    kind: 'replicaset',
    meta,
    row: rowOf(type, meta),
    jsonKind: asText(object.kind),
    fields: presentFields(neededFields.replicaset, parts),
    fieldsApplicable: applicableFields(neededFields.replicaset, parts, type),
    digest: content.value(),
    neededSize: content.size,
    replicas,
    owner,
    templateLabels,
    namedPorts,
  };
}
