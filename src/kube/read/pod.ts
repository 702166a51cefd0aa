import { ContentDigest } from '../content-digest.js';
import { asArray, asText, isJsonObject, type JsonObject } from '../json-value.js';
import { applicableFields, neededFields, presentFields } from '../needed-fields.js';
import { partsOf } from '../object-parts.js';
import type { PodReading } from '../reading.js';
import { isConditionTrue } from './condition.js';
import { readNamedPorts } from './container-ports.js';
import { readLabels } from './labels.js';
import type { LastRead } from './last-read.js';
import { readMeta, rowOf } from './meta.js';
import { readOwnerReferences } from './owner-references.js';

const noContainers: readonly string[] = Object.freeze([]);

export function readPod(type: string, object: JsonObject, last: LastRead): PodReading {
  const content = new ContentDigest(type);
  const meta = readMeta(object, content, last);
  const parts = partsOf(object);
  const { metadata, spec, status } = parts;
  const owner = readOwnerReferences(metadata.ownerReferences, content, last);
  const labels = readLabels(metadata.labels, content, last);
  const generateName = asText(metadata.generateName);
  const generateNameSnake = asText(metadata.generate_name);
  const hostIp = asText(status.hostIP);
  const podIp = asText(status.podIP);
  const ready = isConditionTrue(status.conditions, 'type', 'Ready');
  const containerIds = readContainerIds(status.containerStatuses);
  const namedPorts = readNamedPorts(spec, content);
  const hasPodNetworks = asArray(status.podNetworks).length > 0;
  content.text('generateName', generateName);
  content.text('generate_name', generateNameSnake);
  content.text('creationTimestamp', asText(metadata.creationTimestamp));
  content.text('hostIP', hostIp);
  content.text('podIP', podIp);
  content.text('Ready', ready ? 'True' : 'False');
  content.set('containerID', containerIds);
  content.flag(hasPodNetworks);
  return {
    kind: 'pod',
    meta,
    row: rowOf(type, meta),
    jsonKind: asText(object.kind),
    fields: presentFields(neededFields.pod, parts),
    fieldsApplicable: applicableFields(neededFields.pod, parts, type),
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
    phase: asText(status.phase),
    containerIds,
    namedPorts,
    hasPodNetworks,
    bringsWorkload: owner.shape === 'array' && owner.first?.kind === 'InPlaceSet' && owner.first.uid !== '',
    ordinaryIn: null,
  };
}

/** As sent, with the runtime's prefix. */
function readContainerIds(containerStatuses: unknown): readonly string[] {
  const statuses = asArray(containerStatuses);
  if (statuses.length === 0) return noContainers;
  const ids: string[] = [];
  for (const container of statuses) {
    const id = isJsonObject(container) ? asText(container.containerID) : '';
    if (id !== '') ids.push(id);
  }
  return ids.length === 0 ? noContainers : ids;
}
