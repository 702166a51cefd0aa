import { arrayAt, asObject, isJsonObject, type JsonObject, objectAt, textAt } from '../kube/json-value.js';
import { canonicalIp, type IpText } from './ip.js';
import { type Mac, parseMac } from './mac.js';
import { type NetworkPolicy, readNetworkPolicy } from './network-policy.js';
import { defaultNamespace } from './topology.js';

export interface ClusterNode {
  readonly name: string;
  readonly addresses: readonly IpText[];
}

/** A NIC that an annotation of the Pod tells of (Multus, Kube-OVN). */
export interface AnnotatedNic {
  readonly name: string;
  readonly mac: Mac | null;
  readonly ips: readonly IpText[];
}

export interface ClusterPod {
  readonly name: string;
  readonly namespace: string;
  readonly node: string;
  readonly ips: readonly IpText[];
  readonly hostNetwork: boolean;
  readonly labels: ReadonlyMap<string, string>;
  readonly owner: { readonly kind: string; readonly name: string } | null;
  readonly nics: readonly AnnotatedNic[];
}

export interface ClusterService {
  readonly name: string;
  readonly namespace: string;
  readonly ips: readonly IpText[];
  readonly selector: ReadonlyMap<string, string>;
}

/** The objects of a cluster that give flows their tags. */
export interface ClusterResources {
  readonly nodes: readonly ClusterNode[];
  readonly pods: readonly ClusterPod[];
  readonly services: readonly ClusterService[];
  /** Owner of each ReplicaSet, by `namespace/name`. */
  readonly replicaSetOwners: ReadonlyMap<string, { readonly kind: string; readonly name: string }>;
  readonly networkPolicies: readonly NetworkPolicy[];
  /** Objects of other kinds, by kind; counted, not used. */
  readonly others: ReadonlyMap<string, number>;
  /** What could not be read, in words. */
  readonly problems: readonly string[];
}

/**
 * Reads what `kubectl get ... -o json` prints (an object, a List, or several of either in an array), or a snapshot
 * `{type string: [object, ...]}`. Never throws: what is no object of Kubernetes is a problem, and the rest is read.
 */
export function readClusterResources(json: unknown): ClusterResources {
  const problems: string[] = [];
  const nodes: ClusterNode[] = [];
  const pods: ClusterPod[] = [];
  const services: ClusterService[] = [];
  const networkPolicies: NetworkPolicy[] = [];
  const replicaSetOwners = new Map<string, { kind: string; name: string }>();
  const others = new Map<string, number>();
  for (const { kind, object } of objectsOf(json, problems)) {
    const meta = objectAt(object, 'metadata');
    const name = textAt(meta, 'name');
    if (name === '') {
      problems.push(`a ${kind || 'nameless object'} without metadata.name`);
      continue;
    }
    const namespace = textAt(meta, 'namespace') || defaultNamespace;
    if (kind === 'Node') nodes.push({ name, addresses: nodeAddresses(object) });
    else if (kind === 'Pod') pods.push(readPod(object, name, namespace));
    else if (kind === 'Service') services.push(readService(object, name, namespace));
    else if (kind === 'NetworkPolicy') networkPolicies.push(readNetworkPolicy(object, name, namespace));
    else if (kind === 'ReplicaSet') {
      const owner = ownerOf(meta);
      if (owner !== null) replicaSetOwners.set(`${namespace}/${name}`, owner);
    } else others.set(kind, (others.get(kind) ?? 0) + 1);
  }
  return { nodes, pods, services, replicaSetOwners, networkPolicies, others, problems };
}

function* objectsOf(json: unknown, problems: string[]): Generator<{ kind: string; object: JsonObject }> {
  if (Array.isArray(json)) {
    for (const item of json) yield* objectsOf(item, problems);
    return;
  }
  if (!isJsonObject(json)) {
    problems.push(`found ${json === null ? 'null' : typeof json}, expected an object of Kubernetes or a List of them`);
    return;
  }
  const kind = textAt(json, 'kind');
  if (Array.isArray(json.items)) {
    const itemKind = kind.endsWith('List') && kind !== 'List' ? kind.slice(0, -4) : '';
    for (const item of json.items) yield* withKind(item, itemKind, problems);
    return;
  }
  if (kind !== '' || isJsonObject(json.metadata)) {
    yield { kind, object: json };
    return;
  }
  // A snapshot: objects under their type strings, such as `*v1.Pod`.
  for (const [type, items] of Object.entries(json)) {
    const itemKind = type.slice(type.lastIndexOf('.') + 1);
    if (Array.isArray(items)) for (const item of items) yield* withKind(item, itemKind, problems);
    else problems.push(`found ${type} with a value that is no list`);
  }
}

function* withKind(item: unknown, kind: string, problems: string[]): Generator<{ kind: string; object: JsonObject }> {
  if (isJsonObject(item)) yield { kind: textAt(item, 'kind') || kind, object: item };
  else problems.push(`found a ${item === null ? 'null' : typeof item} among the items, expected an object`);
}

function nodeAddresses(node: JsonObject): IpText[] {
  const entries = arrayAt(objectAt(node, 'status'), 'addresses').map(asObject);
  const internal = entries.filter((entry) => textAt(entry, 'type') === 'InternalIP');
  return internal.flatMap((entry) => canonicalIp(textAt(entry, 'address')) ?? []);
}

function readPod(pod: JsonObject, name: string, namespace: string): ClusterPod {
  const meta = objectAt(pod, 'metadata');
  const spec = objectAt(pod, 'spec');
  const status = objectAt(pod, 'status');
  const listed = arrayAt(status, 'podIPs').map((entry) => textAt(asObject(entry), 'ip'));
  const ips = [textAt(status, 'podIP'), ...listed].flatMap((text) => canonicalIp(text) ?? []);
  return {
    name,
    namespace,
    node: textAt(spec, 'nodeName'),
    ips: [...new Set(ips)],
    hostNetwork: spec.hostNetwork === true,
    labels: textMap(objectAt(meta, 'labels')),
    owner: ownerOf(meta),
    nics: annotatedNics(objectAt(meta, 'annotations')),
  };
}

function readService(service: JsonObject, name: string, namespace: string): ClusterService {
  const spec = objectAt(service, 'spec');
  const ingress = arrayAt(objectAt(objectAt(service, 'status'), 'loadBalancer'), 'ingress');
  const texts = [
    textAt(spec, 'clusterIP'),
    ...arrayAt(spec, 'clusterIPs'),
    ...arrayAt(spec, 'externalIPs'),
    ...ingress.map((entry) => textAt(asObject(entry), 'ip')),
  ];
  const ips = texts.flatMap((text) => (typeof text === 'string' ? (canonicalIp(text) ?? []) : []));
  return { name, namespace, ips: [...new Set(ips)], selector: textMap(objectAt(spec, 'selector')) };
}

function ownerOf(meta: JsonObject): { kind: string; name: string } | null {
  const owners = arrayAt(meta, 'ownerReferences').map(asObject);
  const owner = owners.find((candidate) => candidate.controller === true) ?? owners[0];
  const name = owner === undefined ? '' : textAt(owner, 'name');
  return owner === undefined || name === '' ? null : { kind: textAt(owner, 'kind'), name };
}

function textMap(object: JsonObject): ReadonlyMap<string, string> {
  return new Map(Object.entries(object).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** Multus writes the status of every network; Kube-OVN the MAC that it gave. */
function annotatedNics(annotations: JsonObject): AnnotatedNic[] {
  const multus =
    textAt(annotations, 'k8s.v1.cni.cncf.io/network-status') ||
    textAt(annotations, 'k8s.v1.cni.cncf.io/networks-status');
  const nics = parseNetworkStatus(multus);
  if (nics.length > 0) return nics;
  const mac = parseMac(textAt(annotations, 'ovn.kubernetes.io/mac_address'));
  const ips = textAt(annotations, 'ovn.kubernetes.io/ip_address').split(',');
  return mac === null ? [] : [{ name: 'eth0', mac, ips: ips.flatMap((text) => canonicalIp(text.trim()) ?? []) }];
}

function parseNetworkStatus(text: string): AnnotatedNic[] {
  if (text === '') return [];
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // An annotation is free text; one that is no JSON tells nothing of NICs.
    return [];
  }
  const entries = (Array.isArray(parsed) ? parsed : []).map(asObject);
  return entries
    .map((entry, i) => ({
      name: textAt(entry, 'interface') || `eth${i}`,
      mac: parseMac(textAt(entry, 'mac')),
      ips: arrayAt(entry, 'ips').flatMap((ip) => (typeof ip === 'string' ? (canonicalIp(ip) ?? []) : [])),
    }))
    .filter((nic) => nic.ips.length > 0);
}
