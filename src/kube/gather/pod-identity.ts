import type { CompatTraits } from '../compat.js';
import { hashText } from '../content-digest.js';
import type { PodReading } from '../reading.js';
import { type Draft, refuse } from './draft.js';
import { createRowClaims } from './unique.js';

/**
 * Where the server makes a Pod's identity of its owner and its name instead of its uid, what it takes of the name; null
 * where the uid is the identity. v6.5 does so for every Pod of a StatefulSet, v7 for every Pod that carries
 * generateName.
 */
export function derivedIdentity(pod: PodReading, { podIdentity }: CompatTraits): string | null {
  const owner = pod.owner.first;
  if (owner === null || podIdentity === 'uid') return null;
  if (podIdentity === 'generateName') {
    return pod.generateName === '' ? null : trimLeft(pod.meta.name, pod.generateName);
  }
  return owner.kind === 'StatefulSet' ? trimLeft(pod.meta.name, pod.generateNameSnake) : null;
}

/** Drops leading characters as long as they occur anywhere in `set`; not a prefix, and that is the trap. */
export function trimLeft(text: string, set: string): string {
  // A prefix is made of such characters only, and is what is there nearly always.
  let start = text.startsWith(set) ? set.length : 0;
  while (start < text.length) {
    const character = String.fromCodePoint(text.codePointAt(start) ?? 0);
    if (!set.includes(character)) break;
    start += character.length;
  }
  return text.slice(start);
}

/** Refuses the Pods whose identity another one has; returns how many. */
export function claimIdentities(draft: Draft, rows: readonly number[]): number {
  const parts = new Map<number, string>();
  for (const row of rows) {
    const pod = draft.readings[row];
    const part = pod?.kind === 'pod' ? derivedIdentity(pod, draft.traits) : null;
    if (part !== null) parts.set(row, part);
  }
  if (parts.size === 0) return 0;
  const ownerOf = (row: number): string => {
    const pod = draft.readings[row];
    return pod?.kind === 'pod' ? (pod.owner.first?.uid ?? '') : '';
  };
  const claims = createRowClaims(draft, parts.size, {
    same: (row, other) => parts.get(row) === parts.get(other) && ownerOf(row) === ownerOf(other),
    onLoss: (loser, winner) => refuseTaken(draft, loser, winner),
  });
  for (const [row, part] of parts) claims.claim(row, hashText(part) ^ (hashText(ownerOf(row)) >>> 1));
  return parts.size - claims.size;
}

function refuseTaken(draft: Draft, loser: number, winner: number): void {
  const other = draft.rows[winner];
  const field = draft.traits.podIdentity === 'generateName' ? 'generateName' : 'generate_name';
  refuse(
    draft,
    loser,
    'identity-taken',
    `Pod ${other?.name} (${other?.uid}) has the same identity: it is made of the owner and of what is left of the name after dropping all leading characters that occur in ${field}. Do not send ${field}.`,
  );
}
