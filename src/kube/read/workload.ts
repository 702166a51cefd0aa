import { ContentDigest } from '../content-digest.js';
import { asArray, asInteger, asObject, asText, isJsonObject, type JsonObject } from '../json-value.js';
import { applicableFields, neededFields, presentFields } from '../needed-fields.js';
import { partsOf } from '../object-parts.js';
import type { WorkloadKind, WorkloadReading } from '../reading.js';
import { readNamedPorts } from './container-ports.js';
import { readLabels } from './labels.js';
import type { LastRead } from './last-read.js';
import { readMeta, rowOf } from './meta.js';

export function readWorkload(
  type: string,
  object: JsonObject,
  workloadKind: WorkloadKind,
  last: LastRead,
): WorkloadReading {
  const content = new ContentDigest(type);
  const meta = readMeta(object, content, last);
  const parts = partsOf(object);
  const { metadata, spec } = parts;
  const template = asObject(spec.template);
  const podSpec = asObject(template.spec);
  const replicas = asInteger(spec.replicas);
  const labels = readLabels(metadata.labels, content, last);
  const templateLabels = readLabels(asObject(template.metadata).labels, content, last);
  const namedPorts = readNamedPorts(podSpec, content);
  content.number('replicas', replicas);
  content.flag(podSpec.hostNetwork === true);
  content.set('configMap', configMapVolumes(podSpec));
  return {
    kind: 'workload',
    meta,
    row: rowOf(type, meta),
    jsonKind: asText(object.kind),
    fields: presentFields(neededFields.workload, parts),
    fieldsApplicable: applicableFields(neededFields.workload, parts, type),
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
  return asArray(podSpec.volumes)
    .filter(isJsonObject)
    .map((volume) => asText(asObject(volume.configMap).name))
    .filter((name) => name !== '');
}
