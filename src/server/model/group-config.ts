import { parse } from 'yaml';

/** Configuration of an agent group: the top-level mapping of its YAML. */
export type GroupConfig = Readonly<Record<string, unknown>>;

/** @throws RangeError if `text` is not YAML, or is YAML of something else than a mapping */
export function parseGroupConfig(text: string): GroupConfig {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw new RangeError(`The group configuration is not YAML: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
  if (value === null || value === undefined) {
    return {};
  }
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new RangeError('The group configuration must be a YAML mapping, such as "global: {}".');
  }
  return { ...value };
}

/** `parent[key]` where it is a mapping, else an empty one. */
export function mappingAt(parent: GroupConfig, key: string): GroupConfig {
  const value = parent[key];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
