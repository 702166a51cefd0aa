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

/** Refuses the Pods whose identity another one has; returns the rows that are left. */
export function claimIdentities(draft: Draft, rows: Iterable<number>): readonly number[] {
  const byUid: number[] = [];
  const byName: number[] = [];
  const parts = new Array<string | undefined>(draft.rows.length);
  for (const row of rows) {
    const pod = draft.readings[row];
    if (pod?.kind !== 'pod') continue;
    const part = derivedIdentity(pod, draft.traits);
    if (part === null) {
      byUid.push(row);
    } else {
      byName.push(row);
      parts[row] = part;
    }
  }
  if (byName.length === 0) return byUid;
  const ownerOf = (row: number): string => {
    const pod = draft.readings[row];
    return pod?.kind === 'pod' ? (pod.owner.first?.uid ?? '') : '';
  };
  const claims = createRowClaims(draft, byName.length, {
    hash: (row) => (hashText(parts[row] ?? '') ^ (hashText(ownerOf(row)) >>> 1)) >>> 0,
    same: (row, other) => parts[row] === parts[other] && ownerOf(row) === ownerOf(other),
    onLoss: (loser, winner) => refuseTaken(draft, loser, winner),
  });
  for (const row of byName) claims.claim(row);
  for (const row of claims.rows()) byUid.push(row);
  return byUid;
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
