import { parentPort, workerData } from 'node:worker_threads';
import { createAnalystCore } from './analysis/analyst-core.js';
import { type AnalystOrder, type AnalystReply, type AnalystSetup, runJob } from './analyst-jobs.js';
import { findRule } from './catalogue.js';
import type { Rule } from './rule.js';

/** The analyst thread: takes orders one after another. */
function main(): void {
  const { context, ruleIds } = workerData as AnalystSetup;
  const core = createAnalystCore({ context, rules: ruleIds.map(catalogued), now: () => performance.now() });
  parentPort?.on('message', (order: AnalystOrder) => reply(answer(order)));

  function answer({ id, job }: AnalystOrder): AnalystReply {
    try {
      return { id, result: runJob(core, job) };
    } catch (thrown) {
      return { id, fault: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) };
    }
  }
}

function reply(message: AnalystReply): void {
  const bytes = 'result' in message && message.result instanceof Uint8Array ? [message.result.buffer] : [];
  parentPort?.postMessage(message, bytes);
}

function catalogued(id: string): Rule {
  const rule = findRule(id);
  if (rule === undefined)
    throw new Error(`An analyst thread takes its rules from the catalogue, which has no '${id}'.`);
  return rule;
}

main();
