import { ContentDigest } from '../content-digest.js';
import { asArray, asInteger, asObject, asText, type JsonObject, textAt } from '../json-value.js';
import { applicableFields, neededFields, presentFields } from '../needed-fields.js';
import { partsOf } from '../object-parts.js';
import type { ServicePortReading, ServiceReading } from '../reading.js';
import { readLabels, readSelector } from './labels.js';
import type { LastRead } from './last-read.js';
import { readMeta, rowOf } from './meta.js';

const targetWorkloadsKey = 'field.cattle.io/targetWorkloadIds';

export function readService(type: string, object: JsonObject, last: LastRead): ServiceReading {
  const content = new ContentDigest(type);
  const meta = readMeta(object, content, last);
  const parts = partsOf(object);
  const { metadata, spec, status } = parts;
  const serviceType = asText(spec.type);
  const clusterIp = asText(spec.clusterIP);
  const selector = readSelector(spec.selector, content);
  const ports = asArray(spec.ports).map(readPort);
  const targetWorkloadIds = textAt(asObject(metadata.annotations), targetWorkloadsKey);
  readLabels(metadata.labels, content, last);
  content.text('type', serviceType);
  content.text('clusterIP', clusterIp);
  content.length('ports', ports.length);
  for (const port of ports) feedPort(content, port);
  content.text(targetWorkloadsKey, targetWorkloadIds);
  content.set('ip', externalIps(status));
  return {
    kind: 'service',
    meta,
    row: rowOf(type, meta),
    jsonKind: asText(object.kind),
    fields: presentFields(neededFields.service, parts),
    fieldsApplicable: applicableFields(neededFields.service, parts, type),
    digest: content.value(),
    neededSize: content.size,
    serviceType,
    clusterIp,
    selector,
    ports,
    targetWorkloadIds,
  };
}

function readPort(value: unknown): ServicePortReading {
  const port = asObject(value);
  const number = asInteger(port.targetPort);
  return {
    name: asText(port.name),
    port: asInteger(port.port),
    protocol: asText(port.protocol),
    nodePort: asInteger(port.nodePort),
    targetPort: number !== 0 ? number : asText(port.targetPort) || null,
  };
}

function feedPort(content: ContentDigest, port: ServicePortReading): void {
  content.text('name', port.name);
  content.number('port', port.port);
  content.text('protocol', port.protocol);
  content.number('nodePort', port.nodePort);
  content.numberOrText('targetPort', port.targetPort);
}

function externalIps(status: JsonObject): readonly string[] {
  return asArray(asObject(status.loadBalancer).ingress)
    .map((ingress) => asText(asObject(ingress).ip))
    .filter((ip) => ip !== '');
}
