import type { ConfigurationKey, Generation, KeyForm } from './configuration-key.js';
import { captureKeys } from './keys/capture-keys.js';
import { ebpfKeys } from './keys/ebpf-keys.js';
import { globalKeys } from './keys/global-keys.js';
import { outputKeys } from './keys/output-keys.js';
import { processKeys } from './keys/process-keys.js';
import { processorKeys } from './keys/processor-keys.js';
import { resourceKeys } from './keys/resource-keys.js';

/** Every key of agent groups, in the order in which examples show them. */
export const configurationKeys: readonly ConfigurationKey[] = [
  ...globalKeys,
  ...captureKeys,
  ...processKeys,
  ...ebpfKeys,
  ...resourceKeys,
  ...processorKeys,
  ...outputKeys,
];

/** The keys of one generation. */
export interface KeySet {
  readonly generation: Generation;
  readonly names: readonly string[];
  get(name: string): KnownKey | undefined;
  /** Some key lies below this name. */
  isSection(name: string): boolean;
}

export interface KnownKey {
  readonly form: KeyForm;
  readonly key: ConfigurationKey;
}

export const keySets: Readonly<Record<Generation, KeySet>> = {
  'v6.5': keySet('v6.5'),
  v7: keySet('v7'),
};

export function otherGeneration(generation: Generation): Generation {
  return generation === 'v7' ? 'v6.5' : 'v7';
}

/** What does the work of a key in that generation; null where nothing does. */
export function counterpartName(key: ConfigurationKey, generation: Generation): string | null {
  return key[generation]?.name ?? key.counterpart ?? null;
}

function keySet(generation: Generation): KeySet {
  const known = new Map<string, KnownKey>();
  const sections = new Set<string>();
  for (const key of configurationKeys) {
    const form = key[generation];
    if (form === undefined) continue;
    known.set(form.name, { form, key });
    const parts = form.name.split('.');
    for (let length = 1; length < parts.length; length++) sections.add(parts.slice(0, length).join('.'));
  }
  return {
    generation,
    names: [...known.keys()],
    get: (name) => known.get(name),
    isSection: (name) => sections.has(name),
  };
}
