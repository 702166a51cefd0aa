import { ContentDigest } from '../content-digest.js';
import { integerAt, type JsonObject, objectAt, textAt } from '../json-value.js';
import { applicableFields, neededFields, presentFields } from '../needed-fields.js';
import type { ReplicaSetReading } from '../reading.js';
import { readNamedPorts } from './container-ports.js';
import { readLabels } from './labels.js';
import { readMeta, rowOf } from './meta.js';
import { readOwnerReferences } from './owner-references.js';

export function readReplicaSet(type: string, object: JsonObject): ReplicaSetReading {
  const content = new ContentDigest(type);
  const meta = readMeta(object, content);
  const metadata = objectAt(object, 'metadata');
  const spec = objectAt(object, 'spec');
  const template = objectAt(spec, 'template');
  const replicas = integerAt(spec, 'replicas');
  const owner = readOwnerReferences(metadata, content);
  const templateLabels = readLabels(objectAt(template, 'metadata').labels, content);
  const namedPorts = readNamedPorts(objectAt(template, 'spec'), content);
  content.number('replicas', replicas);
  readLabels(metadata.labels, content);
  return {
    kind: 'replicaset',
    meta,
    row: rowOf(type, meta),
    jsonKind: textAt(object, 'kind'),
    fields: presentFields(neededFields.replicaset, object),
    fieldsApplicable: applicableFields(neededFields.replicaset, object, type),
    digest: content.value(),
    neededSize: content.size,
    replicas,
    owner,
    templateLabels,
    namedPorts,
  };
}
