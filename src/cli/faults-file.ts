import { readFile } from 'node:fs/promises';
import { hasErrors } from '../replay/input-problem.js';
import { schemaProblems } from '../replay/schema-problems.js';
import { readYaml, type YamlSource } from '../replay/yaml-source.js';
import type { ScheduledFault } from '../server/faults/fault-schedule.js';
import { serverFaultKeys, serverFaultsSchema } from '../server/faults/server-fault-schema.js';
import { causeText } from './cause-text.js';
import { fileProblem, inputError } from './replay/input-error.js';

/**
 * The faults of the fake server, as a file has them.
 *
 * @throws PlumblineError (bad input) with file, line and column
 */
export async function readServerFaults(file: string): Promise<readonly ScheduledFault[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw fileProblem(file, `a file that cannot be read: ${causeText(cause)}`, 'a YAML list of faults', '');
  });
  const source = readYaml(text, file);
  if (hasErrors(source.problems)) throw inputError(source.problems);
  const parsed = serverFaultsSchema.safeParse(source.value ?? []);
  if (!parsed.success) throw inputError(schemaProblems(parsed.error.issues, source, (path) => keysAt(source, path)));
  return parsed.data;
}

function keysAt(source: YamlSource, path: readonly (string | number)[]): readonly string[] {
  return serverFaultKeys(path, source.valueAt([...path.slice(0, 1), 'effect', 'kind']));
}
