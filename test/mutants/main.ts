/**
 * `npm run mutants`: makes and judges all mutants and writes docs/mutants.md. `--only TEXT` (repeatable) runs the agents whose
 * rule or scenario contains the text and keeps what is known of the others; `--jobs N` runs so many at once.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { withBlock } from '../../docs/generated-block.js';
import { packageFile } from '../../src/wire/package-file.js';
import { mutantDigest, mutantId } from './agent-mutant.js';
import { agentMutants } from './agent-mutants.js';
import { readAgentResults, writeAgentResults } from './agent-results.js';
import { callMutants } from './call-mutants.js';
import { killOf } from './kill.js';
import { judgeAllCalls } from './record-all.js';
import { runAgents, runReference } from './run-agents.js';
import { mutantBlocks } from './table.js';
import { unbroken } from './unbroken.js';

const { values } = parseArgs({
  options: { only: { type: 'string', multiple: true }, jobs: { type: 'string', default: '2' } },
});
let survivors = 0;

function tell(what: string, rule: string, failed: readonly string[]): void {
  const { killed, stray } = killOf(rule, failed);
  if (!killed || stray.length > 0) survivors++;
  const outcome = killed ? 'killed' : 'SURVIVED';
  process.stdout.write(`${outcome}  ${what}${stray.length > 0 ? `; fails besides: ${stray.join(', ')}` : ''}\n`);
}

const callRuns = await judgeAllCalls();
for (const { failed, results } of callRuns) {
  if (failed.length > 0) throw new Error(`The reference agent itself fails ${failed.join(', ')}.`);
  for (const { compat, rule, name, failed: found } of results) tell(`${rule}:${name} in ${compat}`, rule, found);
}

const wanted = ({ rule, scenario }: (typeof agentMutants)[number]) =>
  (values.only ?? ['']).some((text) => rule.includes(text) || scenario.includes(text));
const chosen = agentMutants.filter(wanted);
const failedByReference = await runReference(chosen);
if (failedByReference.length > 0) throw new Error(`The reference agent itself fails ${failedByReference.join(', ')}.`);
const known = new Map((await readAgentResults()).map((result) => [result.id, result]));
const agentResults = () =>
  agentMutants.flatMap((mutant) => {
    const result = known.get(mutantId(mutant));
    return result?.digest === mutantDigest(mutant) ? [result] : [];
  });
await runAgents(chosen, {
  jobs: Number(values.jobs),
  onResult: ({ rule, scenario }, result) => {
    tell(`${result.id} in ${scenario}`, rule, result.failed);
    known.set(result.id, result);
    // Each at once: a run takes minutes, and one that is broken off should not have been for nothing.
    writeAgentResults(agentResults());
  },
});

const callResults = callRuns.flatMap(({ results }) => results);
for (const block of mutantBlocks({ callMutants, callResults, agentMutants, agentResults: agentResults(), unbroken })) {
  const path = packageFile(block.file);
  await writeFile(path, withBlock(await readFile(path, 'utf8'), block));
}
process.stdout.write(
  survivors === 0 ? 'Every mutant that was run is killed.\n' : `${survivors} are not killed cleanly.\n`,
);
process.exitCode = survivors === 0 ? 0 : 1;
