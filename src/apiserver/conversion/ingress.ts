import type { KubeObject } from '../../kube/kube-object.js';
import { isJsonObject, type JsonObject } from '../json.js';

/** `backend.serviceName` and `servicePort` become `service.name` and `service.port`, `spec.backend` `defaultBackend`. */
export function ingressToV1(ingress: KubeObject, apiVersion: string): KubeObject {
  return withSpec(ingress, apiVersion, 'backend', 'defaultBackend', (backend) => {
    const { serviceName, servicePort, ...others } = backend;
    if (serviceName === undefined) return others;
    const port = typeof servicePort === 'number' ? { number: servicePort } : { name: servicePort };
    return { ...others, service: { name: serviceName, ...(servicePort === undefined ? {} : { port }) } };
  });
}

/** The other way round. */
export function ingressToV1beta1(ingress: KubeObject, apiVersion: string): KubeObject {
  return withSpec(ingress, apiVersion, 'defaultBackend', 'backend', (backend) => {
    const { service, ...others } = backend;
    if (!isJsonObject(service)) return others;
    const port = isJsonObject(service.port) ? (service.port.number ?? service.port.name) : undefined;
    return { ...others, serviceName: service.name, ...(port === undefined ? {} : { servicePort: port }) };
  });
}

function withSpec(
  ingress: KubeObject,
  apiVersion: string,
  from: string,
  to: string,
  turn: (backend: JsonObject) => JsonObject,
): KubeObject {
  const spec = ingress.spec;
  if (!isJsonObject(spec)) return { ...ingress, apiVersion };
  const { [from]: fallback, rules, ...others } = spec;
  return {
    ...ingress,
    apiVersion,
    spec: {
      ...others,
      ...(isJsonObject(fallback) ? { [to]: turn(fallback) } : {}),
      ...(rules === undefined ? {} : { rules: mapObjects(rules, (rule) => turnRule(rule, turn)) }),
    },
  };
}

function turnRule(rule: JsonObject, turn: (backend: JsonObject) => JsonObject): JsonObject {
  const http = rule.http;
  if (!isJsonObject(http)) return rule;
  const paths = mapObjects(http.paths, (path) =>
    isJsonObject(path.backend) ? { ...path, backend: turn(path.backend) } : path,
  );
  return { ...rule, http: { ...http, paths } };
}

function mapObjects(list: unknown, change: (each: JsonObject) => JsonObject): unknown {
  return Array.isArray(list) ? list.map((each: unknown) => (isJsonObject(each) ? change(each) : each)) : list;
}
