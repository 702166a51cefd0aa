import { asArray, asText, isJsonObject, type JsonObject } from '../json-value.js';
import type { ObjectParts } from '../object-parts.js';
import {
  always,
  identityFields,
  labelsField,
  levels,
  mustEverywhere,
  type NeededField,
  namespaceField,
  shouldEverywhere,
  some,
} from './field.js';

const isExternalName = ({ spec }: ObjectParts): boolean => spec.type === 'ExternalName';

/** Only headless Services and ExternalNames may have no ports. */
const hasPorts = (parts: ObjectParts): boolean => !isExternalName(parts) && parts.spec.clusterIP !== 'None';

/** The Service of the API server itself has no selector, nor has an ExternalName. */
function hasSelector(parts: ObjectParts): boolean {
  const { name, namespace } = parts.metadata;
  const isApiServer = name === 'kubernetes' && namespace === 'default';
  return !isApiServer && !isExternalName(parts);
}

const somePort = ({ spec }: ObjectParts, test: (port: JsonObject) => boolean): boolean => some(spec.ports, test);

export const serviceFields: readonly NeededField[] = [
  ...identityFields('service'),
  namespaceField('service'),
  labelsField('service', levels('should', 'info', 'info'), 'The labels column stays empty.'),
  {
    id: 'service/cluster-ip',
    path: 'spec.clusterIP',
    demandedBy: 'both',
    level: mustEverywhere,
    lost: 'The Service has no address, so that traffic to it cannot be tagged with it.',
    applies: (parts) => !isExternalName(parts),
    present: ({ spec }) => asText(spec.clusterIP) !== '',
    example: '10.96.0.10',
  },
  {
    id: 'service/selector',
    path: 'spec.selector',
    demandedBy: 'both',
    level: mustEverywhere,
    lost: 'A Service without a selector is left out.',
    applies: hasSelector,
    present: ({ spec }) => isJsonObject(spec.selector) && Object.keys(spec.selector).length > 0,
    example: { app: 'web' },
  },
  {
    id: 'service/type',
    path: 'spec.type',
    demandedBy: 'both',
    level: mustEverywhere,
    lost: 'A Service without a type is left out: servers do not take it for ClusterIP.',
    applies: always,
    present: ({ spec }) => asText(spec.type) !== '',
    example: 'ClusterIP',
  },
  {
    id: 'service/port',
    path: 'spec.ports[].port',
    demandedBy: 'both',
    level: mustEverywhere,
    lost: 'A Service without ports is left out; a port without its number is shown as port 0.',
    applies: hasPorts,
    present: (parts) => somePort(parts, (port) => typeof port.port === 'number'),
    example: 80,
  },
  {
    id: 'service/port-protocol',
    path: 'spec.ports[].protocol',
    demandedBy: 'both',
    level: shouldEverywhere,
    lost: 'The port is shown without a protocol.',
    applies: hasPorts,
    present: (parts) => somePort(parts, (port) => asText(port.protocol) !== ''),
    example: 'TCP',
  },
  {
    id: 'service/target-port',
    path: 'spec.ports[].targetPort',
    demandedBy: 'both',
    level: mustEverywhere,
    lost: 'A port without targetPort is left out: servers do not take it to equal port.',
    applies: hasPorts,
    present: (parts) =>
      somePort(parts, (port) => typeof port.targetPort === 'number' || asText(port.targetPort) !== ''),
    example: 8080,
  },
  {
    id: 'service/port-name',
    path: 'spec.ports[].name',
    demandedBy: 'both',
    level: shouldEverywhere,
    lost: 'An Ingress that names the port finds no backend.',
    // Kubernetes demands names only where there are several ports.
    applies: ({ spec }) => asArray(spec.ports).length > 1,
    present: (parts) => somePort(parts, (port) => asText(port.name) !== ''),
    example: 'http',
  },
  {
    id: 'service/node-port',
    path: 'spec.ports[].nodePort',
    demandedBy: 'both',
    level: shouldEverywhere,
    lost: 'Traffic to the port of the Node cannot be tied to the Service.',
    applies: ({ spec }) => spec.type === 'NodePort',
    present: (parts) => somePort(parts, (port) => typeof port.nodePort === 'number'),
    example: 30080,
  },
];
