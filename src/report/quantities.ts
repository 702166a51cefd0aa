/** `1 packet`, `2 packets`, with thousands parted. */
export function count(value: number, noun: string, plural = `${noun}s`): string {
  return `${grouped(value)} ${value === 1 ? noun : plural}`;
}

/** Not by toLocaleString: its first call loads the engine's tables of languages, a tenth of a command's start. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Three digits, in a unit that suits. */
export function durationText(microseconds: number): string {
  if (microseconds < 1000) return `${microseconds} us`;
  if (microseconds < 1_000_000) return `${threeDigits(microseconds / 1000)} ms`;
  return `${threeDigits(microseconds / 1_000_000)} s`;
}

export function byteText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : threeDigits(value)} ${units[unit]}`;
}

function threeDigits(value: number): string {
  // A hair more, so that what is halfway in decimals goes up although it is a little less in binary.
  return String(Number((value * (1 + Number.EPSILON)).toPrecision(3)));
}

/** UTC, to the millisecond. */
export function timeText(microseconds: number): string {
  const date = new Date(microseconds / 1000);
  return Number.isNaN(date.getTime()) ? `${microseconds} us` : date.toISOString().replace('T', ' ').replace('Z', '');
}
