import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseGroupConfig } from '../../server/model/group-config.js';
import { causeText } from '../cause-text.js';
import { PlumblineError } from '../plumbline-error.js';
import type { Terminal } from '../terminal.js';

/** @throws PlumblineError (bad input) where --group-config names no YAML mapping */
export function readGroupConfig(terminal: Terminal, file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  const path = resolve(terminal.cwd, file);
  try {
    const text = readFileSync(path, 'utf8');
    parseGroupConfig(text);
    return text;
  } catch (cause) {
    throw PlumblineError.badInput(`--group-config: ${path} cannot be used: ${causeText(cause)}.`, undefined, cause);
  }
}
