import type { IngressPathReading, IngressReading, RouteReading } from '../reading.js';
import { type Draft, hasIdentity, isInNamespace, note, refuse } from './draft.js';
import type { Backend, ShownServices } from './services.js';
import { createUidClaims } from './unique.js';

export interface ShownIngresses {
  readonly count: number;
  readonly rules: number;
  readonly backends: number;
}

/** Counts what one Ingress comes to, noting what is left out. */
interface Tally {
  rules: number;
  backends: number;
}

export function gatherIngresses(
  draft: Draft,
  namespaces: ReadonlySet<string>,
  services: ShownServices,
  chosenType: string | null,
): ShownIngresses {
  const shown = createUidClaims(draft, draft.members.ingress.length);
  for (const row of draft.members.ingress) {
    const ingress = draft.readings[row];
    const type = draft.rows[row]?.type;
    if (ingress?.kind !== 'ingress') continue;
    if (type !== chosenType) {
      refuse(
        draft,
        row,
        'type-shadowed',
        `The upload also has ${chosenType} entries, and only those are read: send all under one type.`,
      );
      continue;
    }
    if (!hasIdentity(draft, row, ingress.meta)) continue;
    if (isInNamespace(draft, row, ingress.meta, namespaces)) shown.claim(row, ingress.meta.uidHash);
  }
  const tally: Tally = { rules: 0, backends: 0 };
  for (const row of shown.rows()) {
    const ingress = draft.readings[row];
    if (ingress?.kind === 'ingress') gatherRules(draft, row, ingress, services, tally);
  }
  return { count: shown.size, ...tally };
}

function gatherRules(draft: Draft, row: number, ingress: IngressReading, services: ShownServices, tally: Tally): void {
  const { namespace } = ingress.meta;
  for (const rule of ingress.rules ?? []) {
    tally.rules += 1;
    const before = tally.backends;
    for (const path of rule.paths) {
      const problem = problemOf(path, services.backend(namespace, path.serviceName));
      if (problem === null) tally.backends += 1;
      else
        note(
          draft,
          row,
          'path-without-backend',
          `Path ${JSON.stringify(path.path)} of host ${JSON.stringify(rule.host)} is left out: ${problem}`,
        );
    }
    if (tally.backends === before) {
      note(
        draft,
        row,
        'rule-without-backend',
        `The rule for host ${JSON.stringify(rule.host)} is shown without any backend.`,
      );
    }
  }
  if (ingress.defaultBackend !== null) {
    tally.rules += 1;
    const problem = problemOf(ingress.defaultBackend, services.backend(namespace, ingress.defaultBackend.serviceName));
    if (problem !== null) {
      note(draft, row, 'rule-without-backend', `The default backend is left out: ${problem}`);
      // The server goes on to the next object from here, so that a Route form of the same object is not read.
      return;
    }
    tally.backends += 1;
  }
  if (ingress.route !== null) gatherRoute(draft, row, namespace, ingress.route, services, tally);
}

function gatherRoute(
  draft: Draft,
  row: number,
  namespace: string,
  route: RouteReading,
  services: ShownServices,
  tally: Tally,
): void {
  tally.rules += 1;
  const backend = services.backend(namespace, route.serviceName);
  const problem = routeProblem(route, backend);
  if (problem === null) tally.backends += 1;
  else
    note(
      draft,
      row,
      'rule-without-backend',
      `The rule for host ${JSON.stringify(route.host)} is shown without backend: ${problem}`,
    );
}

/** Null where the path is shown. */
function problemOf({ serviceName, servicePort }: IngressPathReading, backend: Backend | undefined): string | null {
  if (serviceName === '') return 'its backend names no Service.';
  if (backend === undefined) return `Service ${serviceName} is not shown, or has no port that is.`;
  const { name, port } = backend.lastPort;
  const wanted = typeof servicePort === 'string' ? servicePort : '';
  const number = wanted === name ? port : typeof servicePort === 'number' ? servicePort : 0;
  if (number !== 0) return null;
  if (wanted === '') return 'its backend names no port.';
  return `port name ${JSON.stringify(wanted)} is not that of the last port of Service ${serviceName} (${JSON.stringify(name)}), the only one that the server looks at.`;
}

/** A real Route has an object at spec.port, which the server takes for the name "". */
function routeProblem(route: RouteReading, backend: Backend | undefined): string | null {
  if (backend === undefined)
    return `Service ${JSON.stringify(route.serviceName)} is not shown, or has no port that is.`;
  if (!route.hasPort) return 'spec.port is absent.';
  const { name, port } = backend.lastPort;
  const number = route.portName === name ? port : route.targetPort;
  if (number !== 0) return null;
  return `the server looks for the port named ${JSON.stringify(route.portName)}, and the last port of Service ${route.serviceName} is named ${JSON.stringify(name)}.`;
}
