import { readFile } from 'node:fs/promises';
import type { ZodType } from 'zod';
import type { KubeFault } from '../apiserver/faults/fault-plan.js';
import { kubeFaultKeys, kubeFaultsSchema } from '../apiserver/faults/kube-fault-schema.js';
import { hasErrors } from '../replay/input-problem.js';
import { schemaProblems } from '../replay/schema-problems.js';
import { readYaml } from '../replay/yaml-source.js';
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
  return readFaults(file, serverFaultsSchema, serverFaultKeys);
}

/**
 * The faults of the embedded Kubernetes API, as a file has them.
 *
 * @throws PlumblineError (bad input) with file, line and column
 */
export async function readKubeFaults(file: string): Promise<readonly KubeFault[]> {
  return readFaults(file, kubeFaultsSchema, kubeFaultKeys);
}

async function readFaults<Fault>(
  file: string,
  schema: ZodType<readonly Fault[]>,
  keys: typeof serverFaultKeys,
): Promise<readonly Fault[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw fileProblem(file, `a file that cannot be read: ${causeText(cause)}`, 'a YAML list of faults', '');
  });
  const source = readYaml(text, file);
  if (hasErrors(source.problems)) throw inputError(source.problems);
  const parsed = schema.safeParse(source.value ?? []);
  if (parsed.success) return parsed.data;
  const keysAt = (path: readonly (string | number)[]) =>
    keys(path, source.valueAt([...path.slice(0, 1), 'effect', 'kind']));
  throw inputError(schemaProblems(parsed.error.issues, source, keysAt));
}
