/**
 * Lenient reading of parsed JSON, as the server does it: a value of the wrong JSON type counts as absent, and reading
 * below something absent gives absent.
 *
 * Where 100,000 objects are read, `asText(metadata.uid)` takes a fraction of the time of `textAt(metadata, 'uid')`: the engine remembers
 * for each place in the code, not for each key, where an object has its properties.
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

/** Empty where the value is not an array. */
export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : noItems;
}

/** "" where the value is not a string. */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** 0 where the value is not an integer: the server parses numbers as integers and takes a failure for absent. */
export function asInteger(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : 0;
}

export function objectAt(parent: JsonObject, key: string): JsonObject {
  return asObject(parent[key]);
}

/** Empty where the value is not an array. */
export function arrayAt(parent: JsonObject, key: string): readonly unknown[] {
  return asArray(parent[key]);
}

/** "" where the value is not a string. */
export function textAt(parent: JsonObject, key: string): string {
  return asText(parent[key]);
}

/** As `asInteger`. */
export function integerAt(parent: JsonObject, key: string): number {
  return asInteger(parent[key]);
}
