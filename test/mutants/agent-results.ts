import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { packageFile } from '../../src/wire/package-file.js';

/** What became of an agent mutant when it was run last: kept in a file, because running all takes minutes. */
export interface AgentResult {
  /** As `mutantId` gives it. */
  readonly id: string;
  /** As `mutantDigest` gives it. */
  readonly digest: string;
  /** Ids of the rules that failed, in the order of the catalogue. */
  readonly failed: readonly string[];
}

const file = packageFile('test/mutants/agent-results.json');

export async function readAgentResults(): Promise<readonly AgentResult[]> {
  return JSON.parse(await readFile(file, 'utf8')) as AgentResult[];
}

export function writeAgentResults(results: readonly AgentResult[]): void {
  const lines = [...results].sort((one, other) => (one.id < other.id ? -1 : 1)).map((each) => JSON.stringify(each));
  // Whole before anything else runs: several mutants may end at once.
  writeFileSync(file, `[\n  ${lines.join(',\n  ')}\n]\n`);
}
