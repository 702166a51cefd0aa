/**
 * Lenient reading of parsed JSON, as the server does it: a value of the wrong JSON type counts as absent, and reading
 * below something absent gives absent.
 */

export type JsonObject = { readonly [key: string]: unknown };

const nothing: JsonObject = Object.freeze({});
const noItems: readonly unknown[] = Object.freeze([]);

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object without keys where the value is not an object. */
export function asObject(value: unknown): JsonObject {
  return isJsonObject(value) ? value : nothing;
}

export function objectAt(parent: JsonObject, key: string): JsonObject {
  return asObject(parent[key]);
}

/** Empty where the value is not an array. */
export function arrayAt(parent: JsonObject, key: string): readonly unknown[] {
  const value = parent[key];
  return Array.isArray(value) ? value : noItems;
}

/** "" where the value is not a string. */
export function textAt(parent: JsonObject, key: string): string {
  const value = parent[key];
  return typeof value === 'string' ? value : '';
}

/** 0 where the value is not an integer: the server parses numbers as integers and takes a failure for absent. */
export function integerAt(parent: JsonObject, key: string): number {
  const value = parent[key];
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : 0;
}
