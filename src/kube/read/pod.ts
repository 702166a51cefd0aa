import { ContentDigest } from '../content-digest.js';
import { arrayAt, isJsonObject, type JsonObject, objectAt, textAt } from '../json-value.js';
import { applicableFields, neededFields, presentFields } from '../needed-fields.js';
import type { PodReading } from '../reading.js';
import { isConditionTrue } from './condition.js';
import { readNamedPorts } from './container-ports.js';
import { readLabels } from './labels.js';
import { readMeta, rowOf } from './meta.js';
import { readOwnerReferences } from './owner-references.js';

const noContainers: readonly string[] = Object.freeze([]);

export function readPod(type: string, object: JsonObject): PodReading {
  const content = new ContentDigest(type);
  const meta = readMeta(object, content);
  const metadata = objectAt(object, 'metadata');
  const status = objectAt(object, 'status');
  const owner = readOwnerReferences(metadata, content);
  const labels = readLabels(metadata.labels, content);
  const generateName = textAt(metadata, 'generateName');
  const generateNameSnake = textAt(metadata, 'generate_name');
  const hostIp = textAt(status, 'hostIP');
  const podIp = textAt(status, 'podIP');
  const ready = isConditionTrue(status, 'type', 'Ready');
  const containerIds = readContainerIds(status);
  const namedPorts = readNamedPorts(objectAt(object, 'spec'), content);
  const hasPodNetworks = arrayAt(status, 'podNetworks').length > 0;
  content.text('generateName', generateName);
  content.text('generate_name', generateNameSnake);
  content.text('creationTimestamp', textAt(metadata, 'creationTimestamp'));
  content.text('hostIP', hostIp);
  content.text('podIP', podIp);
  content.text('Ready', ready ? 'True' : 'False');
  content.set('containerID', containerIds);
  content.flag(hasPodNetworks);
  return {
    kind: 'pod',
    meta,
    row: rowOf(type, meta),
    jsonKind: textAt(object, 'kind'),
    fields: presentFields(neededFields.pod, object),
    fieldsApplicable: applicableFields(neededFields.pod, object, type),
    digest: content.value(),
    neededSize: content.size,
    owner,
    labels,
    hasLabels: isJsonObject(metadata.labels),
    generateName,
    generateNameSnake,
    hostIp,
    podIp,
    ready,
    phase: textAt(status, 'phase'),
    containerIds,
    namedPorts,
    hasPodNetworks,
    ordinaryIn: null,
  };
}

/** As sent, with the runtime's prefix. */
function readContainerIds(status: JsonObject): readonly string[] {
  const statuses = arrayAt(status, 'containerStatuses');
  if (statuses.length === 0) return noContainers;
  const ids: string[] = [];
  for (const container of statuses) {
    const id = isJsonObject(container) ? textAt(container, 'containerID') : '';
    if (id !== '') ids.push(id);
  }
  return ids.length === 0 ? noContainers : ids;
}
