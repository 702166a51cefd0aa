import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { judgeJournal } from '../../conformance/offline.js';
import type { Rule } from '../../conformance/rule.js';
import { mergeVerdicts, type NamedVerdict } from '../../conformance/run/merge-verdicts.js';
import { findScenario, scenarios } from '../../conformance/scenarios/index.js';
import { createThreadedAnalyst } from '../../conformance/threaded-analyst.js';
import type { Verdict } from '../../conformance/verdict.js';
import { JournalError } from '../../journal/journal-error.js';
import { PlumblineError } from '../plumbline-error.js';
import type { Terminal } from '../terminal.js';

/**
 * Judges a journal, or the journals of the scenarios of a run, again.
 *
 * @throws PlumblineError
 */
export async function judgeAgain(terminal: Terminal, path: string, rules: readonly Rule[]): Promise<Verdict> {
  const played = scenarioFolders(path);
  if (played.length === 0) return judgeOne(terminal, path, rules);
  const verdicts: NamedVerdict[] = [];
  for (const name of played) verdicts.push(await judgeScenario(terminal, path, name, rules));
  const [first] = verdicts;
  const startedAt = Math.min(...verdicts.map(({ verdict }) => verdict?.times?.startedAt ?? Number.POSITIVE_INFINITY));
  const ends = verdicts.map(({ verdict }) => (verdict?.times?.startedAt ?? 0) + (verdict?.times?.durationMs ?? 0));
  return mergeVerdicts(verdicts, {
    compat: first?.verdict?.compat ?? 'v7',
    rules,
    times: { startedAt, durationMs: Math.max(...ends) - startedAt },
  });
}

async function judgeScenario(
  terminal: Terminal,
  path: string,
  name: string,
  rules: readonly Rule[],
): Promise<NamedVerdict> {
  const verdict = await judgeOne(terminal, join(path, name), rules);
  return {
    verdict: {
      ...verdict,
      rules: verdict.rules.map((rule) => ({
        ...rule,
        findings: rule.findings.map((finding) => ({ ...finding, scenario: name })),
      })),
    },
    scenario: {
      name,
      title: findScenario(name)?.title ?? '',
      status: 'played',
      failed: verdict.rules.filter(({ status, level }) => status === 'failed' && level !== 'info').map(({ id }) => id),
      passed: verdict.rules.filter(({ status }) => status === 'passed').map(({ id }) => id),
      timeline: [],
      agentOutput: '',
      durationMs: verdict.times?.durationMs ?? 0,
    },
  };
}

async function judgeOne(terminal: Terminal, path: string, rules: readonly Rule[]): Promise<Verdict> {
  try {
    return await judgeJournal(path, {
      rules,
      createAnalyst: (context) => createThreadedAnalyst({ context, rules, threads: 1 }),
      onDamage: (damage) => terminal.err(`${terminal.errStyle.warn('journal:')} ${damage.message}\n`),
    });
  } catch (thrown) {
    if (thrown instanceof JournalError) throw PlumblineError.badInput(thrown.message, undefined, thrown);
    throw thrown;
  }
}

/** Names of the scenarios whose journals lie in folders of this one, in the order of the catalogue. */
function scenarioFolders(path: string): readonly string[] {
  try {
    const folders = new Set(
      readdirSync(path, { withFileTypes: true }).flatMap((each) => (each.isDirectory() ? [each.name] : [])),
    );
    return scenarios.flatMap(({ name }) => (folders.has(name) ? [name] : []));
  } catch {
    // That it cannot be read is told by who reads it as a journal.
    return [];
  }
}
