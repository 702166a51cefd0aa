import type { Choice } from './setting.js';

/** What a key of an agent group takes. Times are seconds here, whatever unit they are written in. */
export type KeyType =
  | { readonly kind: 'boolean' }
  /** 0 or 1, as keys up to v6.5 say off and on. */
  | { readonly kind: 'switch' }
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  | { readonly kind: 'number'; readonly min: number; readonly max: number }
  | { readonly kind: 'text'; readonly maxLength: number }
  | { readonly kind: 'regex' }
  /** An IP address, or nothing. */
  | { readonly kind: 'address' }
  /** Text such as `80,1000-2000`. */
  | { readonly kind: 'port-list' }
  | { readonly kind: 'duration'; readonly min: number; readonly max: number }
  /** `open`: other values than these may be right, too. */
  | { readonly kind: 'choice'; readonly choices: readonly Choice[]; readonly open?: true }
  /** `orText`: one text, with commas, is taken as well. */
  | { readonly kind: 'list'; readonly of: KeyType; readonly orText?: true }
  | { readonly kind: 'map'; readonly of: KeyType }
  /** A list of mappings. */
  | { readonly kind: 'records'; readonly fields: Readonly<Record<string, KeyType>> }
  | { readonly kind: 'anything' };

export const boolean: KeyType = { kind: 'boolean' };
export const onOff: KeyType = { kind: 'switch' };
export const regex: KeyType = { kind: 'regex' };
export const address: KeyType = { kind: 'address' };
export const portList: KeyType = { kind: 'port-list' };
export const anything: KeyType = { kind: 'anything' };
export const port: KeyType = { kind: 'integer', min: 1, max: 65_535 };

export function integer(min: number, max: number): KeyType {
  return { kind: 'integer', min, max };
}

export function number(min: number, max: number): KeyType {
  return { kind: 'number', min, max };
}

export function text(maxLength = 65_535): KeyType {
  return { kind: 'text', maxLength };
}

/** @param min and `max` in seconds */
export function duration(min: number, max: number): KeyType {
  return { kind: 'duration', min, max };
}

/** Values that are their own names, or pairs of a value and its name. */
export function choice(...values: readonly (string | readonly [number, string])[]): KeyType {
  const choices = values.map((value) =>
    typeof value === 'string' ? { value, label: value } : { value: value[0], label: value[1] },
  );
  return { kind: 'choice', choices };
}

export function openChoice(...values: readonly (readonly [number, string])[]): KeyType {
  return { kind: 'choice', choices: values.map(([value, label]) => ({ value, label })), open: true };
}

export function list(of: KeyType): KeyType {
  return { kind: 'list', of };
}

export function listOrText(of: KeyType): KeyType {
  return { kind: 'list', of, orText: true };
}

export function map(of: KeyType): KeyType {
  return { kind: 'map', of };
}

export function records(fields: Readonly<Record<string, KeyType>>): KeyType {
  return { kind: 'records', fields };
}
