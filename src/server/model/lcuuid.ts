import { createHash } from 'node:crypto';

/** Makes the ids of what is created. The same things created in the same order have the same ids. */
export interface IdMaker {
  /** A UUID. @param key what is known of the thing */
  lcuuid(kind: string, key: string): string;
  /** "g-" and ten letters or digits. */
  groupId(name: string): string;
  /** How many were made so far. */
  made(): number;
}

/** @param made how many were made before */
export function createIdMaker(made = 0): IdMaker {
  let count = made;
  const next = (kind: string, key: string): string => {
    count += 1;
    return createHash('sha256').update(`${kind}\n${key}\n${count}`).digest('hex');
  };
  return {
    lcuuid: (kind, key) => asUuid(next(kind, key)),
    groupId: (name) => `g-${shortText(next('group id', name), 10)}`,
    made: () => count,
  };
}

/** Version 8: made of whatever its maker likes. */
function asUuid(hex: string): string {
  const variant = '89ab'[Number.parseInt(hex[16] ?? '0', 16) % 4];
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

const alphabet = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Letters and digits that stand for a hash. @param hex 64 digits */
export function shortText(hex: string, length: number): string {
  let rest = BigInt(`0x${hex}`);
  let text = '';
  for (let index = 0; index < length; index++) {
    text += alphabet[Number(rest % 62n)];
    rest /= 62n;
  }
  return text;
}
