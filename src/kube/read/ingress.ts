import { ContentDigest } from '../content-digest.js';
import { asArray, asInteger, asObject, asText, isJsonObject, type JsonObject } from '../json-value.js';
import { applicableFields, neededFields, presentFields } from '../needed-fields.js';
import { partsOf } from '../object-parts.js';
import type { IngressPathReading, IngressReading, IngressRuleReading, RouteReading } from '../reading.js';
import type { LastRead } from './last-read.js';
import { readMeta, rowOf } from './meta.js';

export function readIngress(type: string, object: JsonObject, last: LastRead): IngressReading {
  const content = new ContentDigest(type);
  const meta = readMeta(object, content, last);
  const parts = partsOf(object);
  const { spec } = parts;
  const route = readRoute(spec);
  const rules = route !== null && !Array.isArray(spec.rules) ? null : asArray(spec.rules).map(readRule);
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
    jsonKind: asText(object.kind),
    fields: presentFields(neededFields.ingress, parts),
    fieldsApplicable: applicableFields(neededFields.ingress, parts, type),
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
    host: asText(rule.host),
    paths: asArray(asObject(rule.http).paths).map((each) => {
      const path = asObject(each);
      return readBackend(asObject(path.backend), asText(path.path));
    }),
  };
}

/** A backend that is absent reads as one without a Service; both leave the path out. */
function readBackend(backend: JsonObject, path: string): IngressPathReading {
  const service = asObject(backend.service);
  const port = asObject(service.port);
  const name = asText(backend.servicePort) || asText(port.name);
  const number = asInteger(backend.servicePort) || asInteger(port.number);
  return {
    path,
    serviceName: asText(service.name) || asText(backend.serviceName),
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
    host: asText(spec.host),
    serviceName: asText(asObject(spec.to).name),
    hasPort: Object.hasOwn(spec, 'port'),
    portName: asText(spec.port),
    targetPort: asInteger(spec.targetPort),
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
