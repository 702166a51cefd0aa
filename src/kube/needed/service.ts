import { arrayAt, isJsonObject, type JsonObject, objectAt, textAt } from '../json-value.js';
import {
  always,
  identityFields,
  labelsField,
  levels,
  mustEverywhere,
  type NeededField,
  namespaceField,
  shouldEverywhere,
  someAt,
} from './field.js';

const specOf = (object: JsonObject): JsonObject => objectAt(object, 'spec');

const isExternalName = (object: JsonObject): boolean => textAt(specOf(object), 'type') === 'ExternalName';

/** Only headless Services and ExternalNames may have no ports. */
const hasPorts = (object: JsonObject): boolean =>
  !isExternalName(object) && textAt(specOf(object), 'clusterIP') !== 'None';

/** The Service of the API server itself has no selector, nor has an ExternalName. */
function hasSelector(object: JsonObject): boolean {
  const metadata = objectAt(object, 'metadata');
  const isApiServer = textAt(metadata, 'name') === 'kubernetes' && textAt(metadata, 'namespace') === 'default';
  return !isApiServer && !isExternalName(object);
}

const somePort = (object: JsonObject, test: (port: JsonObject) => boolean): boolean =>
  someAt(specOf(object), 'ports', test);

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
    applies: (object) => !isExternalName(object),
    present: (object) => textAt(specOf(object), 'clusterIP') !== '',
    example: '10.96.0.10',
  },
  {
    id: 'service/selector',
    path: 'spec.selector',
    demandedBy: 'both',
    level: mustEverywhere,
    lost: 'A Service without a selector is left out.',
    applies: hasSelector,
    present: (object) => {
      const selector = specOf(object).selector;
      return isJsonObject(selector) && Object.keys(selector).length > 0;
    },
    example: { app: 'web' },
  },
  {
    id: 'service/type',
    path: 'spec.type',
    demandedBy: 'both',
    level: mustEverywhere,
    lost: 'A Service without a type is left out: servers do not take it for ClusterIP.',
    applies: always,
    present: (object) => textAt(specOf(object), 'type') !== '',
    example: 'ClusterIP',
  },
  {
    id: 'service/port',
    path: 'spec.ports[].port',
    demandedBy: 'both',
    level: mustEverywhere,
    lost: 'A Service without ports is left out; a port without its number is shown as port 0.',
    applies: hasPorts,
    present: (object) => somePort(object, (port) => typeof port.port === 'number'),
    example: 80,
  },
  {
    id: 'service/port-protocol',
    path: 'spec.ports[].protocol',
    demandedBy: 'both',
    level: shouldEverywhere,
    lost: 'The port is shown without a protocol.',
    applies: hasPorts,
    present: (object) => somePort(object, (port) => textAt(port, 'protocol') !== ''),
    example: 'TCP',
  },
  {
    id: 'service/target-port',
    path: 'spec.ports[].targetPort',
    demandedBy: 'both',
    level: mustEverywhere,
    lost: 'A port without targetPort is left out: servers do not take it to equal port.',
    applies: hasPorts,
    present: (object) =>
      somePort(object, (port) => typeof port.targetPort === 'number' || textAt(port, 'targetPort') !== ''),
    example: 8080,
  },
  {
    id: 'service/port-name',
    path: 'spec.ports[].name',
    demandedBy: 'both',
    level: shouldEverywhere,
    lost: 'An Ingress that names the port finds no backend.',
    // Kubernetes demands names only where there are several ports.
    applies: (object) => arrayAt(specOf(object), 'ports').length > 1,
    present: (object) => somePort(object, (port) => textAt(port, 'name') !== ''),
    example: 'http',
  },
  {
    id: 'service/node-port',
    path: 'spec.ports[].nodePort',
    demandedBy: 'both',
    level: shouldEverywhere,
    lost: 'Traffic to the port of the Node cannot be tied to the Service.',
    applies: (object) => textAt(specOf(object), 'type') === 'NodePort',
    present: (object) => somePort(object, (port) => typeof port.nodePort === 'number'),
    example: 30080,
  },
];
