const longest = 120;

/** A value for a finding: on one line, long ones cut. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? 'nothing');
  return text.length <= longest ? text : `${text.slice(0, longest)}... (${text.length} characters)`;
}

/** A value that may be a secret: tells that it is there and how long it is, nothing else. */
export function masked(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return `*** (${text.length} characters)`;
}

/** At most `limit` of the names, and how many more there are. */
export function someOf(names: readonly string[], limit = 5): string {
  const first = names
    .slice(0, limit)
    .map((name) => (name.length > longest ? `${name.slice(0, longest)}...` : name))
    .join(', ');
  return names.length > limit ? `${first} and ${names.length - limit} more` : first;
}

/** `1 Pod`, `3 Pods`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** Milliseconds as a person says them. */
export function duration(ms: number): string {
  if (ms >= 7_200_000) return `${(ms / 3_600_000).toFixed(1)} h`;
  if (ms >= 120_000) return `${(ms / 60_000).toFixed(1)} min`;
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 0)} s`;
}

/** Bytes as a person says them. */
export function byteSize(bytes: number): string {
  if (bytes >= 1_048_576) return `${(bytes / 1_048_576).toFixed(1)} MiB`;
  if (bytes >= 1024) return `${(bytes / 1024).toFixed(1)} KiB`;
  return `${bytes} B`;
}

/** With a capital at the beginning and a full stop at the end. */
export function sentence(text: string): string {
  const capitalised = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capitalised) ? capitalised : `${capitalised}.`;
}
