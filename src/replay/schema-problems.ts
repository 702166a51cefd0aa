import type { z } from 'zod';
import { shown } from '../agent-config/config-problem.js';
import { nearestKey } from '../agent-config/nearest-key.js';
import type { InputProblem } from './input-problem.js';
import type { YamlSource } from './yaml-source.js';

type Issue = z.core.$ZodIssue;

/** A schema's complaints with the places of the file. Keys that the schema does not have get the nearest one named. */
export function schemaProblems(
  issues: readonly Issue[],
  source: YamlSource,
  keysAt: (path: readonly (string | number)[]) => readonly string[],
): InputProblem[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => unknownKey(source, [...path, key], key, keysAt(path)));
    }
    const value = source.valueAt(path);
    const last = path.at(-1);
    const missing = value === undefined;
    return [
      {
        severity: 'error' as const,
        position: source.positionOf(path),
        found: missing && last !== undefined ? `no ${String(last)}` : shown(value),
        expected: expectedBy(issue, path),
        hint: missing ? 'Add it.' : nearestValue(value, issue),
      },
    ];
  });
}

/** Which of the allowed words was likely meant. */
function nearestValue(value: unknown, issue: Issue): string {
  const near = typeof value === 'string' ? nearestKey(value, wordsOf(issue)) : null;
  return near === null ? '' : `Did you mean ${near}?`;
}

function wordsOf(issue: Issue): readonly string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  return issue.code === 'invalid_union' ? issue.errors.flatMap((branch) => branch.flatMap(wordsOf)) : [];
}

function unknownKey(
  source: YamlSource,
  path: readonly (string | number)[],
  key: string,
  known: readonly string[],
): InputProblem {
  const near = nearestKey(key, known);
  return {
    severity: 'error',
    position: source.positionOf(path, true),
    found: `the unknown key ${key}`,
    expected: `one of ${known.join(', ')}`,
    hint: near === null ? 'Remove it, or correct its name.' : `Did you mean ${near}?`,
  };
}

function expectedBy(issue: Issue, path: readonly (string | number)[]): string {
  switch (issue.code) {
    case 'custom':
      return issue.message;
    case 'invalid_type':
      return typeName(issue.expected);
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return issue.origin === 'array'
        ? `at least one of ${String(path.at(-1) ?? 'these')}`
        : `at least ${issue.minimum}`;
    case 'too_big':
      return `at most ${issue.maximum}`;
    case 'invalid_union':
      return unionText(issue, path);
    default:
      return issue.message;
  }
}

/** Of a union whose members are a name and a number, or an object and a text, the useful words. */
function unionText(issue: Extract<Issue, { code: 'invalid_union' }>, path: readonly (string | number)[]): string {
  const parts = issue.errors.flatMap((branch) =>
    branch.map((each) => expectedBy(each, [...path, ...each.path.map(String)])),
  );
  const words = [...new Set(parts)].filter((part) => part !== '');
  return words.length === 0 ? issue.message : words.join(' or ');
}

function typeName(type: string): string {
  const names: Readonly<Record<string, string>> = {
    object: 'a map of keys and values',
    array: 'a list',
    string: 'a text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
  };
  return names[type] ?? type;
}
