import { isIP } from 'node:net';
import { shown } from './config-problem.js';
import type { KeyType } from './key-type.js';
import { nearestKey } from './nearest-key.js';
import { compileRustRegex } from './rust-regex.js';
import type { Choice } from './setting.js';
import { secondsOf, timeText } from './time-text.js';

/** A value, or a part of it, that does not fit its key. */
export interface Misfit {
  /** From the value to the part. */
  readonly path: readonly (string | number)[];
  /** The part's key is what does not fit. */
  readonly atKey: boolean;
  /** `type`: another kind of value; a program that reads it into a typed variable refuses the whole document. */
  readonly kind: 'type' | 'range' | 'regex' | 'unknown-key';
  readonly found: string;
  readonly expected: string;
  readonly hint: string;
}

const leaveOut = 'Correct the value, or leave the key out for the default.';

/** Everything about a value that does not fit. Nothing is said of null: it leaves the default in place. */
export function checkValue(type: KeyType, value: unknown, path: readonly (string | number)[] = []): readonly Misfit[] {
  if (value === null || value === undefined) return [];
  switch (type.kind) {
    case 'boolean':
      return typeof value === 'boolean' ? [] : [wrongType(path, value, 'true or false')];
    case 'switch':
      if (value === 0 || value === 1) return [];
      return [typeof value === 'number' ? outOfRange(path, value, '0 or 1') : wrongType(path, value, '0 or 1')];
    case 'integer':
      return numeric(path, value, type, `a whole number from ${type.min} to ${type.max}`, Number.isInteger);
    case 'number':
      return numeric(path, value, type, `a number from ${type.min} to ${type.max}`, Number.isFinite);
    case 'text':
      return textual(path, value, 'a text', (text) =>
        text.length > type.maxLength
          ? outOfRange(path, `${text.length} characters`, `at most ${type.maxLength} characters`)
          : null,
      );
    case 'regex':
      return textual(path, value, 'a regular expression as text', (text) => regexMisfit(path, text));
    case 'address':
      return textual(path, value, 'an IP address', (text) =>
        text === '' || isIP(text) !== 0 ? null : outOfRange(path, text, 'an IP address, or nothing'),
      );
    case 'port-list':
      return checkPortList(path, value);
    case 'duration':
      return checkDuration(path, value, type.min, type.max);
    case 'choice':
      return checkChoice(path, value, type.choices, type.open === true);
    case 'list':
      if (Array.isArray(value)) return value.flatMap((item, index) => checkValue(type.of, item, [...path, index]));
      if (type.orText === true && typeof value === 'string') return [];
      return [wrongType(path, value, `a list, such as [${example(type.of)}]`)];
    case 'map':
      if (!isMapping(value)) return [wrongType(path, value, 'keys and values')];
      return Object.entries(value).flatMap(([key, item]) => checkValue(type.of, item, [...path, key]));
    case 'records':
      return checkRecords(path, value, type.fields);
    case 'anything':
      return [];
  }
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

type Path = readonly (string | number)[];

function numeric(
  path: Path,
  value: unknown,
  { min, max }: { readonly min: number; readonly max: number },
  expected: string,
  fits: (value: number) => boolean,
): readonly Misfit[] {
  if (typeof value !== 'number' || !fits(value)) return [wrongType(path, value, expected)];
  return value >= min && value <= max ? [] : [outOfRange(path, value, expected)];
}

function textual(
  path: Path,
  value: unknown,
  expected: string,
  check: (text: string) => Misfit | null,
): readonly Misfit[] {
  if (typeof value !== 'string') return [noText(path, value, expected)];
  const misfit = check(value);
  return misfit === null ? [] : [misfit];
}

function regexMisfit(path: Path, text: string): Misfit | null {
  const compiled = compileRustRegex(text);
  if (compiled.ok) return null;
  const expected = "a regular expression of Rust's regex crate, which agents use";
  return { path, atKey: false, kind: 'regex', found: shown(text), expected, hint: `${compiled.message}.` };
}

function checkPortList(path: Path, value: unknown): readonly Misfit[] {
  const expected = 'ports and ranges as text, such as "80,1000-2000"';
  if (typeof value === 'number') {
    return value >= 1 && value <= 65_535 ? [] : [outOfRange(path, value, expected)];
  }
  return textual(path, value, expected, (text) => (isPortList(text) ? null : outOfRange(path, text, expected)));
}

function isPortList(text: string): boolean {
  if (text.trim() === '') return true;
  return text.split(',').every((part) => {
    const [, low = '', high = low] = /^\s*(\d{1,5})(?:\s*-\s*(\d{1,5}))?\s*$/.exec(part) ?? [];
    return Number(low) >= 1 && Number(high) >= Number(low) && Number(high) <= 65_535;
  });
}

function checkDuration(path: Path, value: unknown, min: number, max: number): readonly Misfit[] {
  const expected = `a time from ${timeText(min)} to ${timeText(max)}, such as ${timeText(min === 0 ? 10 : min)}`;
  if (value === 0 && min === 0) return [];
  if (typeof value === 'number') {
    const hint = `Agents read times with their unit only: write ${value}s for ${value} seconds.`;
    return [outOfRange(path, value, expected, hint)];
  }
  return textual(path, value, expected, (text) => {
    const seconds = secondsOf(text);
    if (seconds === null) return outOfRange(path, text, expected);
    return seconds >= min && seconds <= max ? null : outOfRange(path, text, expected);
  });
}

function checkChoice(path: Path, value: unknown, choices: readonly Choice[], open: boolean): readonly Misfit[] {
  if (choices.some((choice) => choice.value === value)) return [];
  const expected = choices
    .map((choice) => (choice.label === choice.value ? choice.label : `${choice.value} (${choice.label})`))
    .join(', ');
  const numbers = choices.every((choice) => typeof choice.value === 'number');
  if (numbers !== (typeof value === 'number')) return [wrongType(path, value, expected, choiceHint(choices, value))];
  return open && Number.isInteger(value) ? [] : [outOfRange(path, value, expected, choiceHint(choices, value))];
}

function choiceHint(choices: readonly Choice[], value: unknown): string {
  const text = String(value).trim().toLowerCase();
  const meant = choices.find(
    (choice) => String(choice.value).toLowerCase() === text || choice.label.toLowerCase() === text,
  );
  return meant === undefined ? leaveOut : `Write ${JSON.stringify(meant.value)}.`;
}

function checkRecords(path: Path, value: unknown, fields: Readonly<Record<string, KeyType>>): readonly Misfit[] {
  const names = Object.keys(fields);
  if (!Array.isArray(value)) return [wrongType(path, value, `a list of entries with ${names.join(', ')}`)];
  return value.flatMap((item: unknown, index): readonly Misfit[] => {
    const at = [...path, index];
    if (!isMapping(item)) return [wrongType(at, item, `an entry with ${names.join(', ')}`)];
    return Object.entries(item).flatMap(([key, field]): readonly Misfit[] => {
      const type = Object.hasOwn(fields, key) ? fields[key] : undefined;
      if (type !== undefined) return checkValue(type, field, [...at, key]);
      const near = nearestKey(key.slice(0, 100), names);
      const hint = near === null ? `Its keys are ${names.join(', ')}.` : `Did you mean ${near}?`;
      const found = `the unknown key ${key.slice(0, 100)}`;
      return [{ path: [...at, key], atKey: true, kind: 'unknown-key', found, expected: names.join(', '), hint }];
    });
  });
}

function example(type: KeyType): string {
  switch (type.kind) {
    case 'integer':
      return String(type.min);
    case 'choice':
      return String(type.choices[0]?.value ?? '');
    default:
      return '...';
  }
}

/** Programs that read numbers and the like into text do so without complaint; agents of v7 do not. */
function noText(path: Path, value: unknown, expected: string): Misfit {
  if (typeof value === 'object') return wrongType(path, value, expected);
  return outOfRange(path, value, expected, `Put it in quotes: ${JSON.stringify(String(value))}.`);
}

function wrongType(path: Path, value: unknown, expected: string, hint = leaveOut): Misfit {
  return { path, atKey: false, kind: 'type', found: shown(value), expected, hint };
}

function outOfRange(path: Path, value: unknown, expected: string, hint = leaveOut): Misfit {
  return { path, atKey: false, kind: 'range', found: shown(value), expected, hint };
}
