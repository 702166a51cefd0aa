/** What is wrong with one key of a configuration. `path` leads to it from the top, so that a caller can find the line. */
export interface ConfigProblem {
  /** `error`: the configuration cannot be used. `note`: it can, and this part has no effect. */
  readonly severity: 'error' | 'note';
  readonly path: readonly (string | number)[];
  /** The problem is the key itself, not its value. */
  readonly atKey: boolean;
  readonly found: string;
  readonly expected: string;
  readonly hint: string;
}

/** A value as a message shows it: JSON, cut where it is long. */
export function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : (JSON.stringify(value, bigintsAsText) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function bigintsAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
