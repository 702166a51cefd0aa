import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { nearestKey } from '../agent-config/nearest-key.js';
import { anyScenario, type Baseline, type BaselineEntry } from '../conformance/baseline/baseline.js';
import { nearestRule } from '../conformance/catalogue.js';
import { hasErrors, type InputProblem } from '../replay/input-problem.js';
import { schemaProblems } from '../replay/schema-problems.js';
import { readYaml, type YamlSource } from '../replay/yaml-source.js';
import { causeText } from './cause-text.js';
import { PlumblineError } from './plumbline-error.js';
import { inputError } from './replay/input-error.js';

/** Names that a baseline may use. */
export interface BaselineNames {
  readonly rules: readonly string[];
  /** Empty where they are not known: then any name will do. */
  readonly scenarios: readonly string[];
}

const day = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d$/, 'a date, as in 2030-12-31')
  .refine((text) => isDay(text), 'a date of the calendar');

const entryShape = z.strictObject({
  rule: z.string().min(1),
  scenario: z.string().min(1),
  reason: z.string().refine((text) => text.trim() !== '', 'why the failure is accepted'),
  expires: day.exactOptional(),
});

const keys = Object.keys(entryShape.shape);

/**
 * Reads a baseline: a YAML list of `{rule, scenario, reason, expires?}`. `scenario` is a name or `*`.
 *
 * @throws PlumblineError (bad input) with the place of everything that is wrong
 */
export function readBaseline(cwd: string, file: string, names: BaselineNames): Baseline {
  let text: string;
  try {
    text = readFileSync(resolve(cwd, file), 'utf8');
  } catch (cause) {
    const hint = 'Give a YAML file with a list of {rule, scenario, reason, expires}.';
    throw PlumblineError.badInput(`--baseline: ${file} cannot be read: ${causeText(cause)}.`, hint, cause);
  }
  return parseBaseline(text, file, names);
}

/** @throws PlumblineError (bad input) with the place of everything that is wrong */
export function parseBaseline(text: string, file: string, names: BaselineNames): Baseline {
  const source = readYaml(text, file);
  if (hasErrors(source.problems)) throw inputError(source.problems);
  // An empty file is an empty list: what is left of a baseline whose last entry was removed.
  const value = source.value ?? [];
  const parsed = z.array(entryShape).safeParse(value);
  if (!parsed.success) throw inputError(schemaProblems(parsed.error.issues, source, () => keys));
  const entries = parsed.data;
  const problems = [...unknownNames(entries, names, source), ...doubled(entries, source)];
  if (problems.length > 0) throw inputError(problems);
  return { file, entries };
}

function unknownNames(entries: readonly BaselineEntry[], names: BaselineNames, source: YamlSource): InputProblem[] {
  return entries.flatMap(({ rule, scenario }, i) => [
    ...(names.rules.includes(rule)
      ? []
      : [
          unknown(
            'rule',
            rule,
            nearestRule(rule) ?? nearestKey(rule, names.rules),
            "'plumbline rules' lists them all.",
            i,
            source,
          ),
        ]),
    ...(scenario === anyScenario || names.scenarios.length === 0 || names.scenarios.includes(scenario)
      ? []
      : [
          unknown(
            'scenario',
            scenario,
            nearestKey(scenario, names.scenarios),
            `Scenarios are ${names.scenarios.join(', ')}.`,
            i,
            source,
          ),
        ]),
  ]);
}

function unknown(
  key: 'rule' | 'scenario',
  name: string,
  nearest: string | null,
  list: string,
  index: number,
  source: YamlSource,
): InputProblem {
  return {
    severity: 'error',
    position: source.positionOf([index, key]),
    found: `the unknown ${key} ${JSON.stringify(name)}`,
    expected: key === 'rule' ? 'the id of a rule' : `the name of a scenario, or "${anyScenario}" for all`,
    hint: nearest === null ? list : `Did you mean '${nearest}'?`,
  };
}

function doubled(entries: readonly BaselineEntry[], source: YamlSource): InputProblem[] {
  const known = new Set<string>();
  return entries.flatMap(({ rule, scenario }, i): InputProblem[] => {
    const place = JSON.stringify([rule, scenario]);
    if (!known.has(place)) {
      known.add(place);
      return [];
    }
    return [
      {
        severity: 'error',
        position: source.positionOf([i]),
        found: `a second entry for ${rule} in scenario ${scenario}`,
        expected: 'each rule and scenario once',
        hint: 'Remove one of the two.',
      },
    ];
  });
}

function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
