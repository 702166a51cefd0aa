import { isMapping } from './check-value.js';
import type { FindingKind } from './configuration-finding.js';
import type { Generation } from './configuration-key.js';
import { kubernetesResources, type WatchableResource } from './kubernetes-resources.js';

export interface ResourceListFinding {
  readonly kind: FindingKind;
  /** From the list to the entry. */
  readonly path: readonly number[];
  readonly found: string;
  readonly expected: string;
  readonly hint: string;
}

interface Entry {
  readonly index: number;
  readonly name: string;
  /** "" where it names none. */
  readonly group: string;
  readonly disabled: boolean;
}

/**
 * A list of Kubernetes resources as agents take it: a name with `disabled` is not watched at all, any other entry takes
 * the place of the default of its name, and what is not listed stays as it is.
 */
export function checkResourceList(list: unknown, generation: Generation): readonly ResourceListFinding[] {
  const entries = entriesOf(list);
  // What is not among their names is told by the check of values.
  return kubernetesResources.flatMap((resource): readonly ResourceListFinding[] => {
    const named = entries.filter(({ name }) => name === resource.name);
    return [
      ...named.flatMap((entry) => entryFindings(entry, resource, generation)),
      ...droppedDefault(named, resource),
      ...pointless(named, resource),
    ];
  });
}

function entriesOf(list: unknown): readonly Entry[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown, index): readonly Entry[] => {
    if (!isMapping(item) || typeof item.name !== 'string') return [];
    const group = typeof item.group === 'string' ? item.group : '';
    return [{ index, name: item.name, group, disabled: item.disabled === true }];
  });
}

function entryFindings(
  { index, name, group }: Entry,
  resource: WatchableResource,
  generation: Generation,
): readonly ResourceListFinding[] {
  const path = [index];
  if (generation === 'v6.5' && resource.newerThanV65 === true) {
    const found = `${name}, which agents up to v6.5 do not know`;
    const hint = 'Agents log a warning and leave it out: remove it.';
    return [{ kind: 'no-effect', path, found, expected: 'a resource that agents know', hint }];
  }
  if (group === '' || resource.groups.includes(group)) return [];
  const expected = resource.groups.map((each) => (each === '' ? 'none (the core group)' : each)).join(' or ');
  const hint = 'Agents log a warning and leave the entry out: correct the group, or remove the entry.';
  return [{ kind: 'wrong-value', path, found: `the group ${group} for ${name}`, expected, hint }];
}

function droppedDefault(named: readonly Entry[], resource: WatchableResource): readonly ResourceListFinding[] {
  const { name, groups, byDefault } = resource;
  const [first] = named;
  if (!byDefault || first === undefined || named.some(({ disabled }) => disabled)) return [];
  const own = name === 'ingresses' ? groups : groups.slice(0, 1);
  if (named.some(({ group }) => group === '' || own.includes(group))) return [];
  const [main = ''] = own;
  const found = `${name} of ${named.map(({ group }) => group).join(' and ')} only`;
  const hint = `The entry takes the place of the default: ${name} of ${main} are watched no longer, and what they own disappears. Add an entry with name: ${name} and group: ${main}.`;
  const expected = `an entry for ${name} of ${main}, too`;
  return [{ kind: 'drops-defaults', path: [first.index], found, expected, hint }];
}

function pointless(named: readonly Entry[], { name }: WatchableResource): readonly ResourceListFinding[] {
  if (!named.some(({ disabled }) => disabled)) return [];
  return named
    .filter(({ disabled }) => !disabled)
    .map(({ index }) => ({
      kind: 'no-effect',
      path: [index],
      found: `${name}, which another entry disables`,
      expected: 'one or the other',
      hint: `disabled: true takes ${name} out altogether, whatever else is listed: remove one of the entries.`,
    }));
}
