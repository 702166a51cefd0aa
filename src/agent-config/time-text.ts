const units: readonly (readonly [string, number])[] = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
  ['ms', 1e-3],
  ['us', 1e-6],
  ['ns', 1e-9],
];

const spellings: Readonly<Record<string, string>> = {
  sec: 's',
  secs: 's',
  second: 's',
  seconds: 's',
  min: 'm',
  mins: 'm',
  minute: 'm',
  minutes: 'm',
  hr: 'h',
  hour: 'h',
  hours: 'h',
  day: 'd',
  days: 'd',
  msec: 'ms',
  usec: 'us',
  nsec: 'ns',
};

/** Seconds of a time as agents read it: `10m`, `1h 30m`, `60ms`. null where it is none. */
export function secondsOf(text: string): number | null {
  const parts = [...text.matchAll(/(\d+)\s*([a-z]+)\s*/gy)];
  const read = parts.reduce((length, [part]) => length + part.length, 0);
  if (parts.length === 0 || read !== text.length) return null;
  let seconds = 0;
  for (const [, amount = '', unit = ''] of parts) {
    const factor = units.find(([name]) => name === (spellings[unit] ?? unit))?.[1];
    if (factor === undefined) return null;
    seconds += Number(amount) * factor;
  }
  return seconds;
}

/** `60s`, `10m`, `1ms`: in the largest unit that gives a whole number, and in seconds up to an hour. */
export function timeText(seconds: number): string {
  if (seconds === 0) return '0s';
  if (Number.isInteger(seconds) && seconds < 3600) return `${seconds}s`;
  for (const [name, factor] of units) {
    const amount = seconds / factor;
    if (Math.abs(amount - Math.round(amount)) < 1e-9 && Math.round(amount) >= 1) return `${Math.round(amount)}${name}`;
  }
  return `${seconds}s`;
}
