import { ContentDigest } from '../content-digest.js';
import { arrayAt, integerAt, isJsonObject, type JsonObject, objectAt, textAt } from '../json-value.js';
import { applicableFields, neededFields, presentFields } from '../needed-fields.js';
import type { WorkloadKind, WorkloadReading } from '../reading.js';
import { readNamedPorts } from './container-ports.js';
import { readLabels } from './labels.js';
import { readMeta, rowOf } from './meta.js';

export function readWorkload(type: string, object: JsonObject, workloadKind: WorkloadKind): WorkloadReading {
  const content = new ContentDigest(type);
  const meta = readMeta(object, content);
  const spec = objectAt(object, 'spec');
  const template = objectAt(spec, 'template');
  const podSpec = objectAt(template, 'spec');
  const replicas = integerAt(spec, 'replicas');
  const labels = readLabels(objectAt(object, 'metadata').labels, content);
  const templateLabels = readLabels(objectAt(template, 'metadata').labels, content);
  const namedPorts = readNamedPorts(podSpec, content);
  content.number('replicas', replicas);
  content.flag(podSpec.hostNetwork === true);
  content.set('configMap', configMapVolumes(podSpec));
  return {
    kind: 'workload',
    meta,
    row: rowOf(type, meta),
    jsonKind: textAt(object, 'kind'),
    fields: presentFields(neededFields.workload, object),
    fieldsApplicable: applicableFields(neededFields.workload, object, type),
    digest: content.value(),
    neededSize: content.size,
    workloadKind,
    replicas,
    labels,
    templateLabels,
    namedPorts,
  };
}

/** Names of the ConfigMaps that are mounted: v7 ties them to the workload. */
function configMapVolumes(podSpec: JsonObject): readonly string[] {
  return arrayAt(podSpec, 'volumes')
    .filter(isJsonObject)
    .map((volume) => textAt(objectAt(volume, 'configMap'), 'name'))
    .filter((name) => name !== '');
}
