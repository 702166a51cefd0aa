import { isAgentType, otherAgentTypes } from './agent-type.js';
import { type ConfigProblem, shown } from './config-problem.js';
import { isDeepFlowKey, isInDeepFlowSection, settings } from './keys.js';
import { editDistance, nearestKey } from './nearest-key.js';
import type { AgentSettings, Setting, SettingId } from './setting.js';
import { parseSettingValue } from './setting-value.js';

/** Settings that were given, none of the defaults. */
export type GivenSettings = Partial<AgentSettings>;

export interface ParsedSettings {
  readonly given: GivenSettings;
  /** The name under which each was given. */
  readonly names: ReadonlyMap<SettingId, string>;
  readonly problems: readonly ConfigProblem[];
}

export const defaultSettings: AgentSettings = Object.fromEntries(
  settings.map((setting) => [setting.id, setting.default]),
) as unknown as AgentSettings;

const settingsByName: ReadonlyMap<string, Setting> = new Map(
  settings.flatMap((setting) => [setting.name, ...setting.oldNames].map((name) => [name, setting] as const)),
);

/**
 * Reads agent configuration: DeepFlow's keys, old or new, nested as in its YAML or dotted in one. Never throws; what
 * cannot be used is a problem, and the rest is read.
 */
export function parseSettings(config: unknown): ParsedSettings {
  const given: Partial<Record<SettingId, AgentSettings[SettingId]>> = {};
  const names = new Map<SettingId, string>();
  const problems: ConfigProblem[] = [];
  for (const leaf of leavesOf(config, [])) {
    const name = leaf.path.join('.');
    const setting = settingsByName.get(name);
    if (setting === undefined) {
      problems.push(unknownKey(leaf.path, name));
      continue;
    }
    const before = names.get(setting.id);
    if (before !== undefined) {
      problems.push(givenTwice(leaf.path, name, before));
      continue;
    }
    names.set(setting.id, name);
    const parsed = parseSettingValue(setting.type, leaf.value);
    if (parsed.ok) given[setting.id] = parsed.value;
    else
      problems.push({
        severity: 'error',
        path: leaf.path,
        atKey: false,
        ...parsed,
        ...agentTypeHint(setting, leaf.value),
      });
  }
  if (config !== undefined && config !== null && (typeof config !== 'object' || Array.isArray(config))) {
    problems.push({
      severity: 'error',
      path: [],
      atKey: false,
      found: shown(config),
      expected: 'keys and values of an agent group configuration',
      hint: 'Write for example { tap_mode: 1, tap_interface_regex: eth0 }.',
    });
  }
  return { given: given as GivenSettings, names, problems };
}

/** One `--set KEY=VALUE`. The value is read as YAML would read it by the caller, or taken as text. */
export function parseAssignment(text: string, readValue: (value: string) => unknown): ParsedSettings {
  const equals = text.indexOf('=');
  if (equals <= 0) {
    const expected = 'KEY=VALUE, such as tap_mode=1';
    const problem: ConfigProblem = {
      severity: 'error',
      path: [],
      atKey: false,
      found: shown(text),
      expected,
      hint: 'Put "=" between the key and its value.',
    };
    return { given: {}, names: new Map(), problems: [problem] };
  }
  const key = text.slice(0, equals).trim();
  const raw = text.slice(equals + 1).trim();
  const setting = settingsByName.get(key);
  // An expression is text whatever YAML would make of it.
  const value = setting?.type.kind === 'regex' || setting?.type.kind === 'text' ? raw : readValue(raw);
  return parseSettings({ [key]: value });
}

/** Later ones win. */
export function mergeSettings(...parts: readonly GivenSettings[]): AgentSettings {
  return Object.assign({}, defaultSettings, ...parts) as AgentSettings;
}

interface Leaf {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Names with their values; an object below a setting's own name (a wrong value, then) counts as its value. */
function leavesOf(config: unknown, path: readonly string[]): Leaf[] {
  const isSection = typeof config === 'object' && config !== null && !Array.isArray(config);
  if (!isSection || settingsByName.has(path.join('.'))) return path.length === 0 ? [] : [{ path, value: config }];
  return Object.entries(config).flatMap(([key, value]) => leavesOf(value, [...path, key]));
}

function unknownKey(path: readonly string[], name: string): ConfigProblem {
  const near = nearestKey(name, settingsByName.keys());
  const isTypo = near !== null && editDistance(near, name) <= 2;
  if (isDeepFlowKey(name) || (isInDeepFlowSection(name) && !isTypo)) {
    return {
      severity: 'note',
      path,
      atKey: true,
      found: `the key ${name}`,
      expected: 'a key that decides what a replay sees',
      hint: 'It is left aside: a replay does not depend on it.',
    };
  }
  return {
    severity: 'error',
    path,
    atKey: true,
    found: `the unknown key ${name}`,
    expected: 'a key of an agent group configuration, old or new',
    hint: near === null ? 'Remove it, or correct its name.' : `Did you mean ${near}?`,
  };
}

function givenTwice(path: readonly string[], name: string, before: string): ConfigProblem {
  return {
    severity: 'error',
    path,
    atKey: true,
    found: `${name}, which is the same setting as ${before}`,
    expected: 'each setting once',
    hint: `Remove ${name} or ${before}.`,
  };
}

function agentTypeHint(setting: Setting, value: unknown): { hint: string } | Record<string, never> {
  if (setting.id !== 'agentType' || typeof value !== 'number' || isAgentType(value)) return {};
  const label = otherAgentTypes[value];
  return label === undefined
    ? {}
    : { hint: `Type ${value} (${label}) is DeepFlow's, but a replay cannot decide its tap sides.` };
}
