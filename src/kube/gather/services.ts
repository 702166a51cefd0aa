import { breaksParser } from '../address.js';
import type { ServicePortReading, ServiceReading } from '../reading.js';
import { count, type Draft, hasIdentity, isInNamespace, note, refuse } from './draft.js';
import { type BrokenAddress, failOnAddresses, failureRank } from './failures.js';
import { addHazard } from './hazards.js';
import type { Match, ServiceMatcher } from './service-matching.js';
import { createUidClaims } from './unique.js';

const supportedTypes: ReadonlySet<string> = new Set(['NodePort', 'ClusterIP', 'LoadBalancer']);

/** What Ingresses need to know of a shown Service. */
export interface Backend {
  /** The only port by whose name a backend is found: the server overwrites the one before. */
  readonly lastPort: ServicePortReading;
}

export interface ShownServices {
  readonly count: number;
  readonly ports: number;
  readonly workloadPorts: number;
  /** Undefined where no such Service is shown, or where none of its ports is. */
  backend(namespace: string, name: string): Backend | undefined;
}

export function gatherServices(draft: Draft, namespaces: ReadonlySet<string>, matcher: ServiceMatcher): ShownServices {
  const matches = new Map<number, Match>();
  const withBrokenIp = new Set<number>();
  const shown = createUidClaims(draft, draft.members.service.length);
  for (const row of draft.members.service) {
    const service = draft.readings[row];
    if (service?.kind !== 'service') continue;
    if (breaksParser(service.clusterIp)) {
      withBrokenIp.add(row);
      addHazard(
        draft,
        'hazard/numbers-parse',
        row,
        `spec.clusterIP ${JSON.stringify(service.clusterIp)} is not an address: the whole snapshot fails.`,
      );
    }
    if (!isSupported(draft, row, service, namespaces)) continue;
    const match = matcher.match(service);
    if (match.workloads.length === 0) {
      refuse(draft, row, 'no-workload-matches', unmatchedDetail(draft, service, matcher));
      continue;
    }
    matches.set(row, match);
    shown.claim(row, service.meta.uidHash);
  }
  const broken: BrokenAddress[] = [];
  const backends: Backends = new Map();
  const wantsBackends = draft.members.ingress.length > 0;
  let ports = 0;
  let workloadPorts = 0;
  for (const row of shown.rows()) {
    const service = draft.readings[row];
    const match = matches.get(row);
    if (service?.kind !== 'service' || match === undefined) continue;
    const { name } = service.meta;
    if (withBrokenIp.has(row)) broken.push({ name: `Service ${name}`, value: service.clusterIp });
    for (const port of service.ports) {
      const targets = resolveTargets(port, match);
      if (targets === 0) {
        note(draft, row, 'port-without-target', targetDetail(port));
        continue;
      }
      ports += targets;
      workloadPorts += targets * match.workloads.length;
      if (wantsBackends) offerBackend(draft, backends, row, service, port);
    }
  }
  failOnAddresses(draft, failureRank.clusterIp, 'spec.clusterIP', broken);
  return {
    count: shown.size,
    ports,
    workloadPorts,
    backend: (namespace, name) => backends.get(namespace)?.get(name),
  };
}

interface BackendRow extends Backend {
  readonly row: number;
  readonly lastPort: ServicePortReading;
}

/** By namespace and name. */
type Backends = Map<string, Map<string, BackendRow>>;

/** Of several objects of one name a ServiceRule wins, which the server reads last; else the lesser uid. */
function offerBackend(
  draft: Draft,
  backends: Backends,
  row: number,
  { meta }: ServiceReading,
  port: ServicePortReading,
): void {
  const { namespace, name } = meta;
  const byName = backends.get(namespace) ?? new Map<string, BackendRow>();
  backends.set(namespace, byName);
  const known = byName.get(name);
  if (known === undefined || known.row === row || rankOf(draft, row) < rankOf(draft, known.row)) {
    byName.set(name, { row, lastPort: port });
  }
}

function rankOf(draft: Draft, row: number): string {
  const object = draft.rows[row];
  return `${object?.type === '*v1.ServiceRule' ? 0 : 1} ${object?.uid}`;
}

function isSupported(draft: Draft, row: number, service: ServiceReading, namespaces: ReadonlySet<string>): boolean {
  if (!hasIdentity(draft, row, service.meta)) return false;
  if (!isInNamespace(draft, row, service.meta, namespaces)) return false;
  if (service.selector.size === 0) {
    refuse(
      draft,
      row,
      'no-selector',
      'spec.selector is absent or empty: DeepFlow does not show Services without a selector.',
    );
    return false;
  }
  if (!supportedTypes.has(service.serviceType)) {
    refuse(
      draft,
      row,
      'service-type-unsupported',
      service.serviceType === ''
        ? 'spec.type is absent, which is not taken for ClusterIP: send it as Kubernetes has it.'
        : `spec.type is ${service.serviceType}; only NodePort, ClusterIP and LoadBalancer are shown.`,
    );
    return false;
  }
  if (service.ports.length === 0) {
    refuse(draft, row, 'no-ports', 'spec.ports is absent or empty: DeepFlow does not show Services without ports.');
    return false;
  }
  return true;
}

/** How many numbers the targetPort comes to: workloads may give one name to different numbers. */
function resolveTargets({ targetPort }: ServicePortReading, { namedPorts }: Match): number {
  if (targetPort === null) return 0;
  if (typeof targetPort === 'number') return 1;
  const numbers = new Set<number>();
  for (const named of namedPorts) {
    const number = named.get(targetPort);
    if (number !== undefined) numbers.add(number);
  }
  return numbers.size;
}

function targetDetail({ name, port, targetPort }: ServicePortReading): string {
  const which = `Port ${port}${name === '' ? '' : ` (${name})`} is left out`;
  if (targetPort === null) return `${which}: targetPort is absent, and the server does not take it to equal port.`;
  return `${which}: no container port of the matching workloads is named ${JSON.stringify(targetPort)}.`;
}

function unmatchedDetail(draft: Draft, service: ServiceReading, matcher: ServiceMatcher): string {
  const byPods = draft.traits.serviceMatches === 'pod-labels';
  const carrier = byPods ? 'shown Pod' : 'shown workload';
  const hint = byPods
    ? ''
    : ' The server compares the selector with spec.template.metadata.labels and metadata.labels of workloads, never with labels of Pods.';
  const pairs = matcher.unmatchedPairs(service);
  const { namespace } = service.meta;
  if (pairs.length === 0)
    return `No ${carrier} in namespace ${namespace} carries all of the ${count(service.selector.size, 'pair')} of the selector.${hint}`;
  return `No ${carrier} in namespace ${namespace} carries the label ${pairs.toSorted().join(', ')}.${hint}`;
}
