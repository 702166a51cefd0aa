import { ContentDigest } from '../content-digest.js';
import { arrayAt, asObject, integerAt, type JsonObject, objectAt, textAt } from '../json-value.js';
import { applicableFields, neededFields, presentFields } from '../needed-fields.js';
import type { ServicePortReading, ServiceReading } from '../reading.js';
import { readLabels, readSelector } from './labels.js';
import { readMeta, rowOf } from './meta.js';

const targetWorkloadsKey = 'field.cattle.io/targetWorkloadIds';

export function readService(type: string, object: JsonObject): ServiceReading {
  const content = new ContentDigest(type);
  const meta = readMeta(object, content);
  const metadata = objectAt(object, 'metadata');
  const spec = objectAt(object, 'spec');
  const serviceType = textAt(spec, 'type');
  const clusterIp = textAt(spec, 'clusterIP');
  const selector = readSelector(spec.selector, content);
  const ports = arrayAt(spec, 'ports').map(readPort);
  const targetWorkloadIds = textAt(objectAt(metadata, 'annotations'), targetWorkloadsKey);
  readLabels(metadata.labels, content);
  content.text('type', serviceType);
  content.text('clusterIP', clusterIp);
  content.length('ports', ports.length);
  for (const port of ports) feedPort(content, port);
  content.text(targetWorkloadsKey, targetWorkloadIds);
  content.set('ip', externalIps(object));
  return {
    kind: 'service',
    meta,
    row: rowOf(type, meta),
    jsonKind: textAt(object, 'kind'),
    fields: presentFields(neededFields.service, object),
    fieldsApplicable: applicableFields(neededFields.service, object, type),
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
  const number = integerAt(port, 'targetPort');
  return {
    name: textAt(port, 'name'),
    port: integerAt(port, 'port'),
    protocol: textAt(port, 'protocol'),
    nodePort: integerAt(port, 'nodePort'),
    targetPort: number !== 0 ? number : textAt(port, 'targetPort') || null,
  };
}

function feedPort(content: ContentDigest, port: ServicePortReading): void {
  content.text('name', port.name);
  content.number('port', port.port);
  content.text('protocol', port.protocol);
  content.number('nodePort', port.nodePort);
  content.numberOrText('targetPort', port.targetPort);
}

function externalIps(object: JsonObject): readonly string[] {
  return arrayAt(objectAt(objectAt(object, 'status'), 'loadBalancer'), 'ingress')
    .map((ingress) => textAt(asObject(ingress), 'ip'))
    .filter((ip) => ip !== '');
}
