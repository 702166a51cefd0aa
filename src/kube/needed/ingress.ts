import { asArray, asObject, asText, type JsonObject } from '../json-value.js';
import type { ObjectParts } from '../object-parts.js';
import {
  identityFields,
  levels,
  mustEverywhere,
  type NeededField,
  namespaceField,
  shouldEverywhere,
  some,
} from './field.js';

const isRoute = ({ spec }: ObjectParts): boolean => asText(spec.host) !== '';

function somePath({ spec }: ObjectParts, test: (path: JsonObject) => boolean): boolean {
  return some(spec.rules, (rule) => some(asObject(rule.http).paths, test));
}

/** A backend may be an object storage or the like instead of a Service. */
const toService = (path: JsonObject): boolean => asObject(path.backend).resource === undefined;

function hasHosts({ spec }: ObjectParts): boolean {
  return (
    asArray(spec.rules).length > 1 ||
    some(spec.rules, (rule) => asText(rule.host) !== '') ||
    some(spec.tls, (tls) => asArray(tls.hosts).length > 0)
  );
}

function hasPort(path: JsonObject): boolean {
  const backend = asObject(path.backend);
  const port = asObject(asObject(backend.service).port);
  return [backend.servicePort, port.number, port.name].some(
    (value) => (typeof value === 'number' && value !== 0) || (typeof value === 'string' && value !== ''),
  );
}

function serviceName(path: JsonObject): string {
  const backend = asObject(path.backend);
  return asText(asObject(backend.service).name) || asText(backend.serviceName);
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
    applies: (parts) => !isRoute(parts) && parts.spec.defaultBackend === undefined && parts.spec.backend === undefined,
    present: ({ spec }) => asArray(spec.rules).length > 0,
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
    present: ({ spec }) => some(spec.rules, (rule) => asText(rule.host) !== ''),
    example: 'shop.example.com',
  },
  {
    id: 'ingress/path',
    path: 'spec.rules[].http.paths[].path',
    demandedBy: 'both',
    level: shouldEverywhere,
    lost: 'The backend is shown without its path.',
    // Only paths that are matched exactly or by prefix must say which.
    applies: (parts) =>
      somePath(parts, ({ path, pathType }) => asText(path) !== '' || pathType === 'Exact' || pathType === 'Prefix'),
    present: (parts) => somePath(parts, ({ path }) => asText(path) !== ''),
    example: '/cart',
  },
  {
    id: 'ingress/backend-service',
    path: 'spec.rules[].http.paths[].backend.service.name',
    demandedBy: 'both',
    level: mustEverywhere,
    lost: 'The path is left out, and the rule is tied to no Service.',
    applies: (parts) => somePath(parts, toService),
    present: (parts) => somePath(parts, (path) => serviceName(path) !== ''),
    example: 'web',
  },
  {
    id: 'ingress/backend-port',
    path: 'spec.rules[].http.paths[].backend.service.port.number',
    demandedBy: 'both',
    level: mustEverywhere,
    lost: 'The path is left out, unless the only port of the Service has no name.',
    applies: (parts) => somePath(parts, toService),
    present: (parts) => somePath(parts, hasPort),
    example: 80,
  },
  {
    id: 'ingress/route-service',
    path: 'spec.to.name',
    demandedBy: 'server',
    level: levels(null, 'must', 'must'),
    lost: 'The Route is tied to no Service.',
    applies: isRoute,
    present: ({ spec }) => asText(asObject(spec.to).name) !== '',
    example: 'web',
  },
];
