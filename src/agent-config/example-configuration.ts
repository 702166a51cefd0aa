import { stringify } from 'yaml';
import type { Generation, KeyForm } from './configuration-key.js';
import { configurationKeys, counterpartName, otherGeneration } from './configuration-keys.js';
import type { KeyType } from './key-type.js';
import { timeText } from './time-text.js';

interface Section {
  readonly sections: Map<string, Section>;
  readonly lines: Map<string, readonly string[]>;
}

/** Every key of a generation with its default, and what it takes as a comment: YAML to start from. */
export function exampleConfiguration(generation: Generation): string {
  const root = newSection();
  for (const key of configurationKeys) {
    const form = key[generation];
    if (form === undefined) continue;
    const steps = form.name.split('.');
    const last = steps.pop() ?? '';
    const twin = counterpartName(key, otherGeneration(generation));
    const comment = `# ${typeText(form.type)}${twin === null ? '' : `; ${twin} in ${otherGeneration(generation)}`}`;
    sectionAt(root, steps).lines.set(last, [comment, ...valueLines(last, form)]);
  }
  const head = generation === 'v6.5' ? ['# Short id of the group that this is for', 'vtap_group_id: g-xxxxxxxxxx'] : [];
  return `${[...head, ...sectionLines(root)].join('\n')}\n`;
}

function newSection(): Section {
  return { sections: new Map(), lines: new Map() };
}

function sectionAt(root: Section, steps: readonly string[]): Section {
  let section = root;
  for (const step of steps) {
    const next = section.sections.get(step) ?? newSection();
    section.sections.set(step, next);
    section = next;
  }
  return section;
}

function sectionLines({ sections, lines }: Section): readonly string[] {
  return [
    ...[...lines.values()].flat(),
    ...[...sections].flatMap(([name, section]) => [`${name}:`, ...sectionLines(section).map((line) => `  ${line}`)]),
  ];
}

function valueLines(name: string, { type, default: value }: KeyForm): readonly string[] {
  // Addresses are the server's business unless somebody knows better: DeepFlow's default of 127.0.0.1 leads agents astray.
  const left = type.kind === 'address' ? '' : value;
  const written = type.kind === 'duration' && typeof left === 'number' ? timeText(left) : left;
  return stringify({ [name]: written }, { lineWidth: 0, nullStr: '' })
    .trimEnd()
    .split('\n');
}

/** What a key takes, for a comment. */
export function typeText(type: KeyType): string {
  switch (type.kind) {
    case 'boolean':
      return 'true or false';
    case 'switch':
      return '0 (off) or 1 (on)';
    case 'integer':
    case 'number':
      return `${type.min} to ${type.max}`;
    case 'text':
      return 'text';
    case 'regex':
      return 'regular expression (Rust)';
    case 'address':
      return 'IP address, or nothing';
    case 'port-list':
      return 'ports such as 80,1000-2000';
    case 'duration':
      return `${timeText(type.min)} to ${timeText(type.max)}`;
    case 'choice':
      return type.choices.map(({ value, label }) => (label === value ? label : `${value} (${label})`)).join(', ');
    case 'list':
      return `list of: ${typeText(type.of)}`;
    case 'map':
      return `keys with: ${typeText(type.of)}`;
    case 'records':
      return `list of entries with ${Object.keys(type.fields).join(', ')}`;
    case 'anything':
      return 'anything';
  }
}
