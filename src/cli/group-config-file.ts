import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  type ConfigurationFinding,
  checkConfiguration,
  type Generation,
  generationOf,
} from '../agent-config/group-configuration.js';
import { readConfiguration } from '../agent-config/read-configuration.js';
import { causeText } from './cause-text.js';
import { PlumblineError } from './plumbline-error.js';
import type { Terminal } from './terminal.js';

/** The configuration of an agent group, as a file has it. */
export interface GroupConfigFile {
  readonly yaml: string;
  /** Whose keys it has. */
  readonly generation: Generation;
}

/** Warnings that are told one by one. */
const told = 10;

/**
 * Tells on standard error what of the document will not do what it says.
 *
 * @throws PlumblineError (bad input), with line and column where the server would not take the document
 */
export function readGroupConfigFile(terminal: Terminal, file: string): GroupConfigFile {
  const path = resolve(terminal.cwd, file);
  const yaml = readText(path);
  const read = readConfiguration(yaml);
  const generation = generationOf(read.ok ? read.document.root : {});
  const findings = read.ok ? checkConfiguration(yaml, generation) : read.findings;
  const error = findings.find(({ severity }) => severity === 'error');
  if (error !== undefined) throw PlumblineError.badInput(placed(path, error), error.hint);
  const { errStyle } = terminal;
  for (const finding of findings.slice(0, told)) {
    terminal.err(`${errStyle.warn('--group-config:')} ${placed(path, finding)}\n  ${finding.hint}\n`);
  }
  if (findings.length > told) terminal.err(`  And ${findings.length - told} more.\n`);
  return { yaml, generation };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw PlumblineError.badInput(`--group-config: ${path} cannot be used: ${causeText(cause)}.`, undefined, cause);
  }
}

function placed(path: string, { line, column, found, expected }: ConfigurationFinding): string {
  return `${path}:${line}:${column}: found ${found}, expected ${expected}.`;
}
