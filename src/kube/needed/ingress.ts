import { arrayAt, asObject, type JsonObject, objectAt, textAt } from '../json-value.js';
import {
  identityFields,
  levels,
  mustEverywhere,
  type NeededField,
  namespaceField,
  shouldEverywhere,
  someAt,
} from './field.js';

const specOf = (object: JsonObject): JsonObject => objectAt(object, 'spec');

const isRoute = (object: JsonObject): boolean => textAt(specOf(object), 'host') !== '';

function somePath(object: JsonObject, test: (path: JsonObject) => boolean): boolean {
  return someAt(specOf(object), 'rules', (rule) => someAt(objectAt(rule, 'http'), 'paths', test));
}

/** A backend may be an object storage or the like instead of a Service. */
const toService = (path: JsonObject): boolean => objectAt(path, 'backend').resource === undefined;

function hasHosts(object: JsonObject): boolean {
  const spec = specOf(object);
  return (
    arrayAt(spec, 'rules').length > 1 ||
    someAt(spec, 'rules', (rule) => textAt(rule, 'host') !== '') ||
    someAt(spec, 'tls', (tls) => arrayAt(tls, 'hosts').length > 0)
  );
}

function hasPort(path: JsonObject): boolean {
  const backend = objectAt(path, 'backend');
  const port = objectAt(objectAt(backend, 'service'), 'port');
  return [backend.servicePort, port.number, port.name].some(
    (value) => (typeof value === 'number' && value !== 0) || (typeof value === 'string' && value !== ''),
  );
}

function serviceName(path: JsonObject): string {
  const backend = objectAt(path, 'backend');
  return textAt(objectAt(backend, 'service'), 'name') || textAt(backend, 'serviceName');
}

export const ingressFields: readonly NeededField[] = [
  ...identityFields('ingress'),
  namespaceField('ingress'),
  {
    id: 'ingress/rules',
    path: 'spec.rules',
    demandedBy: 'both',
    level: mustEverywhere,
    lost: 'The Ingress is shown without rules, tied to no Service.',
    applies: (object) => {
      const spec = specOf(object);
      return !isRoute(object) && spec.defaultBackend === undefined && spec.backend === undefined;
    },
    present: (object) => arrayAt(specOf(object), 'rules').length > 0,
    example: [{ host: 'shop.example.com' }],
  },
  {
    id: 'ingress/host',
    path: 'spec.rules[].host',
    demandedBy: 'both',
    level: shouldEverywhere,
    lost: 'The rule is shown without its host name.',
    // A single rule for all hosts has none.
    applies: hasHosts,
    present: (object) => someAt(specOf(object), 'rules', (rule) => textAt(rule, 'host') !== ''),
    example: 'shop.example.com',
  },
  {
    id: 'ingress/path',
    path: 'spec.rules[].http.paths[].path',
    demandedBy: 'both',
    level: shouldEverywhere,
    lost: 'The backend is shown without its path.',
    // Only paths that are matched exactly or by prefix must say which.
    applies: (object) =>
      somePath(object, (path) => textAt(path, 'path') !== '' || /^(Exact|Prefix)$/.test(textAt(path, 'pathType'))),
    present: (object) => somePath(object, (path) => textAt(path, 'path') !== ''),
    example: '/cart',
  },
  {
    id: 'ingress/backend-service',
    path: 'spec.rules[].http.paths[].backend.service.name',
    demandedBy: 'both',
    level: mustEverywhere,
    lost: 'The path is left out, and the rule is tied to no Service.',
    applies: (object) => somePath(object, toService),
    present: (object) => somePath(object, (path) => serviceName(path) !== ''),
    example: 'web',
  },
  {
    id: 'ingress/backend-port',
    path: 'spec.rules[].http.paths[].backend.service.port.number',
    demandedBy: 'both',
    level: mustEverywhere,
    lost: 'The path is left out, unless the only port of the Service has no name.',
    applies: (object) => somePath(object, toService),
    present: (object) => somePath(object, hasPort),
    example: 80,
  },
  {
    id: 'ingress/route-service',
    path: 'spec.to.name',
    demandedBy: 'server',
    level: levels(null, 'must', 'must'),
    lost: 'The Route is tied to no Service.',
    applies: isRoute,
    present: (object) => textAt(asObject(specOf(object).to), 'name') !== '',
    example: 'web',
  },
];
