import type { Inventory, InventoryObject, InventoryState } from '../kube/inventory.js';
import type { Style } from './style.js';
import { textTable } from './text-table.js';

const stateSentence: Readonly<Record<InventoryState, string>> = {
  shown: 'DeepFlow shows this cluster.',
  frozen: 'DeepFlow keeps showing what it showed before: the cluster is frozen.',
  rejected: 'DeepFlow shows nothing of this snapshot: it is rejected as a whole.',
  empty: 'DeepFlow has nothing to show: it holds no snapshot of this cluster.',
  unregistered: 'DeepFlow shows nothing: no domain has this cluster id.',
};

const countLabels: Readonly<Record<keyof Inventory['counts'], string>> = {
  nodes: 'nodes',
  namespaces: 'namespaces',
  workloads: 'workloads',
  replicaSets: 'replica sets',
  services: 'services',
  servicePorts: 'service ports',
  workloadPorts: 'workload ports',
  ingresses: 'ingresses',
  ingressRules: 'ingress rules',
  ingressBackends: 'ingress backends',
  pods: 'pods',
  configMaps: 'config maps',
};

/**
 * What DeepFlow would show, for a person at a terminal.
 *
 * @param limit names of one sentence, and sentences of one reason, that are written out; the rest is counted
 */
export function inventoryText(inventory: Inventory, style: Style, limit: number): string {
  const parts = [
    headline(inventory, style),
    failures(inventory, style),
    totals(inventory, style),
    missing(inventory, style, limit),
    notes(inventory, style, limit),
    hazards(inventory, style, limit),
    advice(inventory, style),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function headline(inventory: Inventory, style: Style): string {
  const good = inventory.state === 'shown';
  const state = (good ? style.good : style.bad)(inventory.state.toUpperCase());
  const id = inventory.clusterId === '' ? '(no cluster id)' : inventory.clusterId;
  return [
    `${style.bold(`Cluster ${id}`)}  ${style.dim(`compat ${inventory.compat}, version ${inventory.version}`)}  ${state}`,
    stateSentence[inventory.state],
  ].join('\n');
}

function failures(inventory: Inventory, style: Style): string {
  if (inventory.failures.length === 0) return '';
  const lines = inventory.failures.map(
    (failure) => `  ${style.bad(failure.code)}  server's words: "${failure.text}"\n    ${failure.detail}`,
  );
  return [style.bold('Why'), ...lines].join('\n');
}

function totals(inventory: Inventory, style: Style): string {
  const byType = new Map<string, { uploaded: number; shown: number }>();
  for (const object of inventory.objects) {
    const total = byType.get(object.type) ?? { uploaded: 0, shown: 0 };
    total.uploaded += 1;
    if (object.shown) total.shown += 1;
    byType.set(object.type, total);
  }
  if (byType.size === 0) return '';
  const rows = [...byType]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([type, total]) => {
      const lost = total.uploaded - total.shown;
      return [
        type === '' ? '(no type)' : type,
        String(total.uploaded),
        style.good(String(total.shown)),
        lost === 0 ? style.dim('0') : style.bad(String(lost)),
      ];
    });
  const title =
    inventory.state === 'shown'
      ? 'Objects'
      : 'Objects, judged as if the snapshot were accepted (nothing of it is shown now)';
  const counts =
    inventory.state === 'shown'
      ? `\n  ${(Object.keys(countLabels) as (keyof Inventory['counts'])[])
          .filter((key) => inventory.counts[key] > 0)
          .map((key) => `${inventory.counts[key]} ${countLabels[key]}`)
          .join(', ')}`
      : '';
  return `${style.bold(title)}\n${textTable([['type', 'uploaded', 'shown', 'not shown'], ...rows], [1, 2, 3])}${counts}`;
}

function missing(inventory: Inventory, style: Style, limit: number): string {
  const found = inventory.objects
    .filter((object) => !object.shown)
    .map((object) => ({
      heading: style.bad(`${object.type === '' ? '(no type)' : object.type}  ${object.reason ?? ''}`),
      detail: object.detail ?? '',
      name: objectName(object),
    }));
  return section('Not shown, and why', found, style, limit);
}

function notes(inventory: Inventory, style: Style, limit: number): string {
  const found = inventory.objects.flatMap((object) =>
    object.shown
      ? (object.notes ?? []).map(({ code, detail }) => ({
          heading: style.warn(`${object.type}  ${code}`),
          detail,
          name: objectName(object),
        }))
      : [],
  );
  return section('Shown, but not whole', found, style, limit);
}

function hazards(inventory: Inventory, style: Style, limit: number): string {
  const found = inventory.hazards.map(({ id, type, name, detail }) => ({
    heading: style.bad(`${type}  ${id}`),
    detail,
    name,
  }));
  return section('Hazards to the real server', found, style, limit);
}

interface Found {
  readonly heading: string;
  readonly detail: string;
  readonly name: string;
}

/** Groups what was found by heading and then by sentence, the largest groups first, so that nothing is said twice. */
function section(title: string, found: readonly Found[], style: Style, limit: number): string {
  if (found.length === 0) return '';
  const lines = [style.bold(title)];
  for (const [heading, group] of groupedBy(found, (one) => one.heading)) {
    lines.push(`  ${heading}  ${style.dim(`(${group.length})`)}`);
    const sentences = groupedBy(group, (one) => one.detail);
    for (const [detail, same] of sentences.slice(0, limit)) {
      lines.push(`    ${detail}`, `      ${style.dim(nameList(same, limit))}`);
    }
    const left = sentences.slice(limit).reduce((sum, [, same]) => sum + same.length, 0);
    if (left > 0) lines.push(style.dim(`    ... and ${left} more (--all writes them all)`));
  }
  return lines.join('\n');
}

function nameList(found: readonly Found[], limit: number): string {
  const names = found.slice(0, limit).map((one) => one.name);
  return (
    names.join(', ') + (found.length > limit ? ` ... and ${found.length - limit} more (--all writes them all)` : '')
  );
}

function groupedBy(found: readonly Found[], keyOf: (one: Found) => string): [string, Found[]][] {
  const groups = new Map<string, Found[]>();
  for (const one of found) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups].sort(([, a], [, b]) => b.length - a.length);
}

function advice(inventory: Inventory, style: Style): string {
  if (inventory.advice.length === 0) return '';
  return [style.bold('What to do'), ...inventory.advice.map((sentence, index) => `  ${index + 1}. ${sentence}`)].join(
    '\n',
  );
}

function objectName(object: InventoryObject): string {
  const name = object.name === '' ? '(no name)' : object.name;
  return object.namespace === '' ? name : `${object.namespace}/${name}`;
}
