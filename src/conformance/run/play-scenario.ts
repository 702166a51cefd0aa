import type { ScenarioVerdict, Verdict } from '../verdict.js';
import { AgentStartError } from './agent-process.js';
import { NotPlayable } from './open-target.js';
import { type Performance, perform } from './perform.js';
import type { PlayedScenario, PlayOptions } from './play-options.js';
import type { Scenario } from './scenario.js';
import { withScene } from './scene.js';
import { createTimelineRecorder } from './timeline-recorder.js';

/**
 * Plays a scenario: its own server, its own Kubernetes, its own agent. All of them are gone when it resolves.
 *
 * @throws AgentStartError where COMMAND cannot be started; nothing else
 */
export async function playScenario(scenario: Scenario, options: PlayOptions): Promise<PlayedScenario> {
  const { name, title, judges } = scenario;
  const began = performance.now();
  const timeline = createTimelineRecorder(() => performance.now());
  const played: Performance = { calls: 0, set: true, whyNotSet: '', brokenOff: false, output: '' };
  let verdict: Verdict | null = null;
  let status: ScenarioVerdict['status'] = 'played';
  let reason: string | null = null;
  try {
    await withScene(
      scenario,
      options,
      (scene) => perform(scene, timeline, played),
      (given) => {
        verdict = inScenario(given, name);
      },
    );
  } catch (thrown) {
    if (thrown instanceof AgentStartError) throw thrown;
    status = thrown instanceof NotPlayable ? 'skipped' : 'broken';
    reason = reasonOf(thrown);
  }
  if (played.brokenOff) reason ??= 'the run was interrupted';
  if (!played.set) reason ??= `not judged: ${played.whyNotSet}`;
  const { calls, set, brokenOff, output } = played;
  const facts = { ...factsOf(verdict), timeline: timeline.events(), agentOutput: output };
  const durationMs = Math.round(performance.now() - began);
  return {
    verdict,
    calls,
    set,
    brokenOff,
    judges,
    scenario: { name, title, status, ...(reason === null ? {} : { reason }), ...facts, durationMs },
  };
}

function reasonOf(thrown: unknown): string {
  if (thrown instanceof NotPlayable) return thrown.message;
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}

/** The verdict on one scenario, with its name wherever it is about calls. */
export function inScenario(verdict: Verdict, name: string): Verdict {
  return {
    ...verdict,
    rules: verdict.rules.map((rule) => ({
      ...rule,
      findings: rule.findings.map((finding) => ({ ...finding, scenario: name })),
    })),
    ...(verdict.evidence === undefined
      ? {}
      : { evidence: verdict.evidence.map((shown) => ({ ...shown, scenario: name })) }),
  };
}

/** Which rules failed and passed. */
export function factsOf(verdict: Verdict | null): Pick<ScenarioVerdict, 'failed' | 'passed'> {
  const rules = verdict?.rules ?? [];
  return {
    failed: rules.filter(({ status, level }) => status === 'failed' && level !== 'info').map(({ id }) => id),
    passed: rules.filter(({ status }) => status === 'passed').map(({ id }) => id),
  };
}
