import { nearestKey } from './nearest-key.js';

/** Longer names are not compared: the time for that grows with their length. */
const maxLength = 160;

/**
 * The dotted name that was most likely meant: one that ends alike but lies in another section, else one that is spelt
 * alike. null where none is near.
 */
export function nearestName(wrong: string, names: readonly string[]): string | null {
  if (wrong.length > maxLength) return null;
  const last = lastStep(wrong);
  const alike = names.filter((name) => lastStep(name) === last);
  if (alike.length === 1) return alike[0] ?? null;
  return nearestKey(wrong, alike.length > 0 ? alike : names);
}

function lastStep(name: string): string {
  return name
    .slice(name.lastIndexOf('.') + 1)
    .toLowerCase()
    .replaceAll('-', '_');
}
