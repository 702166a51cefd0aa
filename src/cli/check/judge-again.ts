import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { judgeJournal } from '../../conformance/offline.js';
import type { Rule } from '../../conformance/rule.js';
import { createAccessLog } from '../../conformance/run/cluster-role.js';
import { mergeVerdicts, type NamedVerdict } from '../../conformance/run/merge-verdicts.js';
import { factsOf, inScenario } from '../../conformance/run/play-scenario.js';
import { findScenario, scenarios } from '../../conformance/scenarios/index.js';
import { createThreadedAnalyst } from '../../conformance/threaded-analyst.js';
import type { Verdict } from '../../conformance/verdict.js';
import { interruptedVerdict } from '../../conformance/verdict-ending.js';
import { JournalError } from '../../journal/journal-error.js';
import type { JournalRecord } from '../../journal/record.js';
import type { SceneRecord } from '../../journal/scene-record.js';
import { PlumblineError } from '../plumbline-error.js';
import type { Terminal } from '../terminal.js';
import { createRunEnd } from './run-end.js';

/**
 * Judges a journal, or the journals of the scenarios of a run, again.
 *
 * @throws PlumblineError
 */
export async function judgeAgain(terminal: Terminal, path: string, rules: readonly Rule[]): Promise<Verdict> {
  const names = scenarioFolders(path);
  if (names.length === 0) {
    const end = createRunEnd();
    const verdict = await judgeOne(terminal, path, rules, end.observe);
    const how = end.brokenOff();
    return how === null ? verdict : interruptedVerdict(verdict, how);
  }
  const played: JudgedScenario[] = [];
  for (const name of names) played.push(await judgeScenario(terminal, path, name, rules));
  const access = createAccessLog();
  for (const read of played.flatMap(({ scene }) => scene?.reads ?? [])) access.addRead(read);
  const clusterRole = access.clusterRole();
  const [first] = played;
  const starts = played.map(({ verdict }) => verdict.times?.startedAt ?? Number.POSITIVE_INFINITY);
  const ends = played.map(({ verdict }) => (verdict.times?.startedAt ?? 0) + (verdict.times?.durationMs ?? 0));
  const startedAt = Math.min(...starts);
  const merged = mergeVerdicts(played, {
    compat: first?.verdict.compat ?? 'v7',
    rules,
    times: { startedAt, durationMs: Math.max(...ends) - startedAt },
  });
  const run = played.find(({ scene }) => scene !== null)?.scene?.run;
  const verdict = {
    ...merged,
    ...(run === undefined ? {} : { run }),
    ...(clusterRole === null ? {} : { clusterRole }),
  };
  const unfinished = played.filter(({ scene }) => scene?.brokenOff ?? true).map(({ scenario }) => scenario.name);
  return unfinished.length === 0
    ? verdict
    : interruptedVerdict(verdict, `by its journals the run ended within ${unfinished.join(', ')}`);
}

interface JudgedScenario extends NamedVerdict {
  readonly verdict: Verdict;
  /** Null where the journal ends before the scenario did. */
  readonly scene: SceneRecord | null;
}

async function judgeScenario(
  terminal: Terminal,
  path: string,
  name: string,
  rules: readonly Rule[],
): Promise<JudgedScenario> {
  let scene: SceneRecord | null = null;
  const judged = await judgeOne(terminal, join(path, name), rules, (record) => {
    if (record.kind === 'scene') scene = record;
  });
  const verdict = inScenario(judged, name);
  return { verdict, scene, scenario: scenarioVerdict(name, verdict, scene) };
}

function scenarioVerdict(name: string, verdict: Verdict, scene: SceneRecord | null): NamedVerdict['scenario'] {
  const absent = 'the journal ends before the scenario did, and has neither its timeline nor what the agent wrote';
  return {
    name,
    title: findScenario(name)?.title ?? '',
    status: 'played',
    ...(scene === null ? { reason: absent } : scene.brokenOff ? { reason: 'the run was interrupted' } : {}),
    ...factsOf(verdict),
    timeline: scene?.timeline ?? [{ at: 0, lane: 'step', text: absent }],
    agentOutput: scene?.agentOutput ?? '',
    durationMs: verdict.times?.durationMs ?? 0,
  };
}

async function judgeOne(
  terminal: Terminal,
  path: string,
  rules: readonly Rule[],
  onRecord?: (record: JournalRecord) => void,
): Promise<Verdict> {
  try {
    return await judgeJournal(path, {
      rules,
      createAnalyst: (context) => createThreadedAnalyst({ context, rules, threads: 1 }),
      onDamage: (damage) => terminal.err(`${terminal.errStyle.warn('journal:')} ${damage.message}\n`),
      ...(onRecord === undefined ? {} : { onRecord }),
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
