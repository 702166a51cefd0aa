import { shown } from './config-problem.js';
import { compileRustRegex } from './rust-regex.js';
import type { Choice, SettingType, SettingValue } from './setting.js';

/** A value that fits, or what was found and what would have fitted. */
export type ParsedValue =
  | { readonly ok: true; readonly value: SettingValue }
  | { readonly ok: false; readonly found: string; readonly expected: string; readonly hint: string };

/** Takes a value as YAML or JSON gives it. */
export function parseSettingValue(type: SettingType, value: unknown): ParsedValue {
  switch (type.kind) {
    case 'boolean':
      return parseBoolean(value);
    case 'integer':
      return integerIn(value, type.min, type.max);
    case 'choice':
      return parseChoice(type.choices, value);
    case 'choices':
      return parseChoices(type.choices, value);
    case 'text':
      return parseText(value, type.maxLength);
    case 'regex':
      return parseRegex(value);
    case 'duration':
      return parseDuration(value, type.min, type.max);
    case 'ports':
      return parsePorts(value);
    case 'nic-groups':
      return parseGroups(value);
  }
}

function parseBoolean(value: unknown): ParsedValue {
  if (value === true || value === false) return fits(value);
  if (value === 0 || value === 1) return fits(value === 1);
  return misfit(value, 'true or false');
}

function integerIn(value: unknown, min: number, max: number): ParsedValue {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return fits(value);
  return misfit(value, `a whole number from ${min} to ${max}`);
}

function choiceOf(choices: readonly Choice[], value: unknown): Choice | undefined {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim().toLowerCase() : null;
  return choices.find((choice) => String(choice.value).toLowerCase() === text || choice.label.toLowerCase() === text);
}

function parseChoice(choices: readonly Choice[], value: unknown): ParsedValue {
  const choice = choiceOf(choices, value);
  return choice === undefined ? misfit(value, listed(choices)) : fits(choice.value);
}

function parseChoices(choices: readonly Choice[], value: unknown): ParsedValue {
  const items = listOf(value);
  if (items === null) return misfit(value, `a list of ${listed(choices)}`);
  const found: (number | string)[] = [];
  for (const item of items) {
    const choice = choiceOf(choices, item);
    if (choice === undefined) return misfit(item, listed(choices));
    if (!found.includes(choice.value)) found.push(choice.value);
  }
  return fits(found as readonly number[] | readonly string[]);
}

function parseText(value: unknown, maxLength: number): ParsedValue {
  if (typeof value !== 'string') return misfit(value, 'a text');
  if (value.length > maxLength) return misfit(`${value.length} characters`, `at most ${maxLength} characters`);
  return fits(value);
}

function parseRegex(value: unknown): ParsedValue {
  if (typeof value !== 'string') return misfit(value, 'a regular expression as text');
  if (value.length > 65_535) return misfit(`${value.length} characters`, 'at most 65535 characters');
  const compiled = compileRustRegex(value);
  if (compiled.ok) return fits(value);
  return {
    ok: false,
    found: shown(value),
    expected: "a regular expression of Rust's regex crate, which DeepFlow uses",
    hint: `${compiled.message}.`,
  };
}

function parseDuration(value: unknown, min: number, max: number): ParsedValue {
  const expected = `a time from ${min}s to ${max}s, such as 5s`;
  const match = /^(\d+)\s*(s|m|h|d)?$/.exec(String(value).trim());
  if (match === null || (typeof value !== 'string' && typeof value !== 'number')) return misfit(value, expected);
  const unit = { s: 1, m: 60, h: 3600, d: 86_400 }[match[2] ?? 's'] ?? 1;
  const seconds = Number(match[1]) * unit;
  return seconds >= min && seconds <= max ? fits(seconds) : misfit(value, expected);
}

function parsePorts(value: unknown): ParsedValue {
  const expected = 'a list of ports, each from 1 to 65535';
  const items = listOf(value);
  if (items === null) return misfit(value, expected);
  const ports: number[] = [];
  for (const item of items) {
    const port = typeof item === 'string' && /^\d+$/.test(item) ? Number(item) : item;
    if (typeof port !== 'number' || !Number.isInteger(port) || port < 1 || port > 65_535) return misfit(item, expected);
    ports.push(port);
  }
  return fits(ports);
}

function parseGroups(value: unknown): ParsedValue {
  const expected = 'a list such as [{ slave_interfaces: [eth0, eth1] }]';
  if (!Array.isArray(value)) return misfit(value, expected);
  const groups: string[][] = [];
  for (const item of value as readonly unknown[]) {
    const record = typeof item === 'object' && item !== null ? (item as Readonly<Record<string, unknown>>) : {};
    const names = record.slave_interfaces ?? record['tap-interfaces'];
    if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) return misfit(item, expected);
    groups.push(names);
  }
  return fits(groups);
}

/** A list, or text with commas as older versions and `--set` write it. Null where the value is neither. */
function listOf(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value;
  if (typeof value === 'number') return [value];
  if (typeof value !== 'string') return null;
  const bare = value.trim().replace(/^\[|\]$/g, '');
  return bare === '' ? [] : bare.split(',').map((item) => item.trim());
}

function listed(choices: readonly Choice[]): string {
  return choices
    .map((choice) => (choice.label === choice.value ? choice.label : `${choice.value} (${choice.label})`))
    .join(', ');
}

function fits(value: SettingValue): ParsedValue {
  return { ok: true, value };
}

function misfit(value: unknown, expected: string): ParsedValue {
  return { ok: false, found: shown(value), expected, hint: 'Correct the value, or leave the key out for the default.' };
}
