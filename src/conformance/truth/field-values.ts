import { isIP } from 'node:net';
import { arrayAt, asObject, isJsonObject, type JsonObject, objectAt, textAt } from '../../kube/json-value.js';
import { neededFields } from '../../kube/needed-fields.js';
import type { Family } from '../../kube/type-strings.js';

/**
 * The needed fields of an object as texts that can be compared, in the order of the family's needed fields; "" where the
 * object holds none. What servers take for the same (the order of ports, the spelling of a time, the API version of an
 * Ingress) gives the same text.
 */
export type FieldValues = readonly string[];

type Value = (object: JsonObject) => string;

const spec = (object: JsonObject): JsonObject => objectAt(object, 'spec');
const status = (object: JsonObject): JsonObject => objectAt(object, 'status');
const metadata = (object: JsonObject): JsonObject => objectAt(object, 'metadata');
const template = (object: JsonObject): JsonObject => objectAt(spec(object), 'template');

function firstOwner(object: JsonObject): JsonObject {
  const owners = metadata(object).ownerReferences;
  return isJsonObject(owners) ? owners : asObject(Array.isArray(owners) ? owners[0] : undefined);
}

const ports = (object: JsonObject): readonly JsonObject[] => arrayAt(spec(object), 'ports').map(asObject);

const paths = (object: JsonObject): readonly JsonObject[] =>
  arrayAt(spec(object), 'rules').flatMap((rule) => arrayAt(objectAt(asObject(rule), 'http'), 'paths').map(asObject));

const backendServices: Value = (object) =>
  sorted(
    paths(object).map((path) => {
      const backend = objectAt(path, 'backend');
      return textAt(objectAt(backend, 'service'), 'name') || textAt(backend, 'serviceName');
    }),
  );

const backendPort = (path: JsonObject): string => {
  const backend = objectAt(path, 'backend');
  const port = objectAt(objectAt(backend, 'service'), 'port');
  return scalar(port.number ?? port.name ?? backend.servicePort);
};

const time: Value = (object) => {
  const text = textAt(metadata(object), 'creationTimestamp');
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? text : String(ms);
};

const podIp: Value = (object) => {
  const text = textAt(status(object), 'podIP');
  // Text that is no address takes the real controller down, and agents do well to leave it out.
  return isIP(text) === 0 ? '' : text;
};

const containerPorts: Value = (object) =>
  sorted(
    arrayAt(objectAt(template(object), 'spec'), 'containers').flatMap((container) =>
      arrayAt(asObject(container), 'ports').map((port) => {
        const { name, containerPort } = asObject(port);
        return containerPort === undefined ? '' : `${scalar(name)}:${scalar(containerPort)}`;
      }),
    ),
  );

/** By id of the needed field, without the family where all families have it. */
const values: Readonly<Record<string, Value>> = {
  uid: (object) => textAt(metadata(object), 'uid'),
  name: (object) => textAt(metadata(object), 'name'),
  namespace: (object) => textAt(metadata(object), 'namespace'),
  labels: (object) => members(metadata(object).labels),
  'creation-timestamp': time,
  'owner-kind': (object) => textAt(firstOwner(object), 'kind'),
  'owner-name': (object) => textAt(firstOwner(object), 'name'),
  'owner-uid': (object) => textAt(firstOwner(object), 'uid'),
  replicas: (object) => scalar(spec(object).replicas),
  'node/internal-ip': (object) => {
    const first = arrayAt(status(object), 'addresses').find((each) => textAt(asObject(each), 'type') === 'InternalIP');
    return textAt(asObject(first), 'address');
  },
  'node/ready-condition': (object) => conditionStatus(object, 'reason', 'KubeletReady'),
  'node/pod-cidr': (object) => textAt(spec(object), 'podCIDR') || textAt(spec(object), 'podCidr'),
  'pod/host-ip': (object) => textAt(status(object), 'hostIP'),
  'pod/pod-ip': podIp,
  'pod/ready-condition': (object) => conditionStatus(object, 'type', 'Ready'),
  'pod/container-id': (object) =>
    sorted(
      arrayAt(status(object), 'containerStatuses').map((each) =>
        textAt(asObject(each), 'containerID').replace(/^[^:]*:\/\//, ''),
      ),
    ),
  'service/cluster-ip': (object) => textAt(spec(object), 'clusterIP'),
  'service/selector': (object) => members(spec(object).selector),
  'service/type': (object) => textAt(spec(object), 'type'),
  'service/port': (object) => sorted(ports(object).map((port) => scalar(port.port))),
  'service/port-protocol': (object) => sorted(ports(object).map((port) => scalar(port.protocol))),
  'service/target-port': (object) => sorted(ports(object).map((port) => scalar(port.targetPort))),
  'service/port-name': (object) => sorted(ports(object).map((port) => scalar(port.name))),
  'service/node-port': (object) => sorted(ports(object).map((port) => scalar(port.nodePort))),
  'ingress/rules': (object) => String(arrayAt(spec(object), 'rules').length || ''),
  'ingress/host': (object) => sorted(arrayAt(spec(object), 'rules').map((rule) => textAt(asObject(rule), 'host'))),
  'ingress/path': (object) => sorted(paths(object).map((path) => textAt(path, 'path'))),
  'ingress/backend-service': backendServices,
  'ingress/backend-port': (object) => sorted(paths(object).map(backendPort)),
  // Who writes a Route in the form of an Ingress keeps its Service too.
  'ingress/route-service': (object) => textAt(objectAt(spec(object), 'to'), 'name') || backendServices(object),
  'workload/template-labels': (object) => members(objectAt(template(object), 'metadata').labels),
  'workload/container-ports': containerPorts,
};

const byFamily = new Map<Family, readonly Value[]>(
  (Object.keys(neededFields) as Family[]).map((family) => [
    family,
    neededFields[family].map(({ id }) => values[id] ?? values[id.slice(id.indexOf('/') + 1)] ?? (() => '')),
  ]),
);

export function fieldValues(family: Family, object: unknown): FieldValues {
  const readers = byFamily.get(family) ?? [];
  const json = asObject(object);
  return readers.map((read) => read(json));
}

function conditionStatus(object: JsonObject, key: 'reason' | 'type', value: string): string {
  const found = arrayAt(status(object), 'conditions').find((each) => textAt(asObject(each), key) === value);
  return textAt(asObject(found), 'status');
}

function scalar(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** "" where none of them says anything. */
function sorted(texts: readonly string[]): string {
  return texts
    .filter((text) => text !== '')
    .sort()
    .join(', ');
}

function members(value: unknown): string {
  if (!isJsonObject(value)) return '';
  const pairs = Object.entries(value).map(([key, each]) => `${key}=${scalar(each)}`);
  return pairs.sort().join(', ');
}
