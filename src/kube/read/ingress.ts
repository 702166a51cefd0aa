import { ContentDigest } from '../content-digest.js';
import { arrayAt, asObject, integerAt, isJsonObject, type JsonObject, objectAt, textAt } from '../json-value.js';
import { applicableFields, neededFields, presentFields } from '../needed-fields.js';
import type { IngressPathReading, IngressReading, IngressRuleReading, RouteReading } from '../reading.js';
import { readMeta, rowOf } from './meta.js';

export function readIngress(type: string, object: JsonObject): IngressReading {
  const content = new ContentDigest(type);
  const meta = readMeta(object, content);
  const spec = objectAt(object, 'spec');
  const route = readRoute(spec);
  const rules = route !== null && !Array.isArray(spec.rules) ? null : arrayAt(spec, 'rules').map(readRule);
  const defaultBackend = readDefaultBackend(spec);
  content.length('rules', rules?.length ?? -1);
  for (const rule of rules ?? []) {
    content.text('host', rule.host);
    content.length('paths', rule.paths.length);
    for (const path of rule.paths) feedPath(content, path);
  }
  content.flag(defaultBackend !== null);
  if (defaultBackend !== null) feedPath(content, defaultBackend);
  content.flag(route !== null);
  if (route !== null) feedRoute(content, route);
  return {
    kind: 'ingress',
    meta,
    row: rowOf(type, meta),
    jsonKind: textAt(object, 'kind'),
    fields: presentFields(neededFields.ingress, object),
    fieldsApplicable: applicableFields(neededFields.ingress, object, type),
    digest: content.value(),
    neededSize: content.size,
    rules,
    defaultBackend,
    route,
  };
}

function readRule(value: unknown): IngressRuleReading {
  const rule = asObject(value);
  return {
    host: textAt(rule, 'host'),
    paths: arrayAt(objectAt(rule, 'http'), 'paths').map((each) => {
      const path = asObject(each);
      return readBackend(objectAt(path, 'backend'), textAt(path, 'path'));
    }),
  };
}

/** A backend that is absent reads as one without a Service; both leave the path out. */
function readBackend(backend: JsonObject, path: string): IngressPathReading {
  const service = objectAt(backend, 'service');
  const port = objectAt(service, 'port');
  const name = textAt(backend, 'servicePort') || textAt(port, 'name');
  const number = integerAt(backend, 'servicePort') || integerAt(port, 'number');
  return {
    path,
    serviceName: textAt(service, 'name') || textAt(backend, 'serviceName'),
    servicePort: name !== '' ? name : number !== 0 ? number : null,
  };
}

function readDefaultBackend(spec: JsonObject): IngressPathReading | null {
  const backend = isJsonObject(spec.backend) ? spec.backend : spec.defaultBackend;
  return isJsonObject(backend) ? readBackend(backend, '') : null;
}

function readRoute(spec: JsonObject): RouteReading | null {
  if (!Object.hasOwn(spec, 'host')) return null;
  return {
    host: textAt(spec, 'host'),
    serviceName: textAt(objectAt(spec, 'to'), 'name'),
    hasPort: Object.hasOwn(spec, 'port'),
    portName: textAt(spec, 'port'),
    targetPort: integerAt(spec, 'targetPort'),
  };
}

function feedPath(content: ContentDigest, path: IngressPathReading): void {
  content.text('path', path.path);
  content.text('name', path.serviceName);
  content.numberOrText('port', path.servicePort);
}

function feedRoute(content: ContentDigest, route: RouteReading): void {
  content.text('host', route.host);
  content.text('name', route.serviceName);
  content.flag(route.hasPort);
  content.text('port', route.portName);
  content.number('targetPort', route.targetPort);
}
