import { parse } from 'yaml';
import { type GivenSettings, parseAssignment } from '../../agent-config/parse-settings.js';
import { PlumblineError } from '../plumbline-error.js';

/**
 * `--set KEY=VALUE`, later ones before earlier ones.
 *
 * @throws PlumblineError (bad input)
 */
export function agentOverrides(assignments: readonly string[], warn: (text: string) => void): GivenSettings {
  const given: GivenSettings = {};
  for (const text of assignments) {
    const parsed = parseAssignment(text, readValue);
    for (const { severity, found, expected, hint } of parsed.problems) {
      const message = `--set ${text}: found ${found}, expected ${expected}.`;
      if (severity === 'error') throw PlumblineError.badInput(message, hint);
      warn(`${message} ${hint}\n`);
    }
    Object.assign(given, parsed.given);
  }
  return given;
}

function readValue(text: string): unknown {
  try {
    return parse(text);
  } catch {
    // What is no YAML is text.
    return text;
  }
}
