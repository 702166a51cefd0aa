import type { RunFacts, ScenarioVerdict, Verdict } from '../verdict.js';
import { interruptedVerdict } from '../verdict-ending.js';
import type { AgentExit } from './agent-process.js';
import { createAnalystPool } from './analyst-pool.js';
import { createAccessLog } from './cluster-role.js';
import { mergeVerdicts } from './merge-verdicts.js';
import type { PlayedScenario, PlayOptions } from './play-options.js';
import { playScenario } from './play-scenario.js';
import type { Scenario } from './scenario.js';

export interface RunOptions
  extends Omit<PlayOptions, 'analysts' | 'access' | 'run' | 'signal' | 'onSlowAgent' | 'onAgentEnd'> {
  /** In the order in which they are reported. */
  readonly scenarios: readonly Scenario[];
  /** How many are played at once. */
  readonly jobs: number;
  readonly profile: string;
  /** As the user chose it. */
  readonly kube: string;
  /** Ends the run early, by what it names: what is played is broken off, the rest is skipped. */
  readonly interrupted?: Promise<string>;
  readonly onPlayed?: (played: ScenarioVerdict, done: number, of: number) => void;
  /** Told once. */
  readonly onSlowAgent?: (seconds: number) => void;
  /** Told of the first agent that ended by itself. */
  readonly onAgentEnd?: (scenario: string, exit: AgentExit) => void;
}

/**
 * Plays scenarios and merges their verdicts. All servers, agents and threads are gone when it resolves.
 *
 * @throws AgentStartError where COMMAND cannot be started
 */
export async function runScenarios(options: RunOptions): Promise<Verdict> {
  const { scenarios, jobs, rules, compat, seed, profile, interval, kube, command } = options;
  const startedAt = Date.now();
  const abort = new AbortController();
  let interruptedBy: string | null = null;
  void options.interrupted?.then((by) => {
    interruptedBy = by;
    abort.abort('interrupted');
  });
  const analysts = createAnalystPool(rules);
  const access = createAccessLog();
  const results = new Map<string, PlayedScenario>();
  const queue = [...scenarios];
  const run: RunFacts = { seed, profile, interval, kube, command };
  let slowTold = false;
  let endTold = false;

  const common: PlayOptions = {
    ...options,
    analysts,
    access,
    run,
    signal: abort.signal,
    onSlowAgent(seconds) {
      if (!slowTold) options.onSlowAgent?.(seconds);
      slowTold = true;
    },
    onAgentEnd(scenario, exit) {
      if (!endTold) options.onAgentEnd?.(scenario, exit);
      endTold = true;
    },
  };

  const work = async (): Promise<void> => {
    for (let scenario = queue.shift(); scenario !== undefined; scenario = queue.shift()) {
      const brokenOff = abort.signal.aborted;
      const reason = brokenOff ? 'the run was interrupted' : hopeless([...results.values()]);
      const played =
        reason === null ? await playScenario(scenario, common) : { ...skipped(scenario, reason), brokenOff };
      results.set(scenario.name, played);
      options.onPlayed?.(played.scenario, results.size, scenarios.length);
    }
  };

  try {
    const workers = Array.from({ length: Math.max(1, Math.min(jobs, scenarios.length)) }, work);
    const settled = await Promise.allSettled(
      workers.map((worker) =>
        worker.catch((thrown: unknown) => {
          queue.length = 0;
          abort.abort('the run failed');
          throw thrown;
        }),
      ),
    );
    const failure = settled.find((result) => result.status === 'rejected');
    if (failure !== undefined) throw failure.reason;
  } finally {
    await analysts.close();
  }
  const clusterRole = access.clusterRole();
  const merged = mergeVerdicts(
    scenarios.flatMap(({ name }) => results.get(name) ?? []),
    { compat, rules, times: { startedAt, durationMs: Date.now() - startedAt } },
  );
  const verdict = { ...merged, run, ...(clusterRole === null ? {} : { clusterRole }) };
  const whole = [...results.values()].filter(({ brokenOff }) => !brokenOff).length;
  if (interruptedBy === null || whole === scenarios.length) return verdict;
  return interruptedVerdict(verdict, `${interruptedBy} came after ${whole} of ${scenarios.length} scenarios`);
}

/** So many scenarios for which the agent did not come far enough tell that the others will fare no better. */
const enough = 4;

/** Why the rest need not be played, as the agent would only be waited for in each of them; null while there is hope. */
function hopeless(results: readonly PlayedScenario[]): string | null {
  const played = results.filter(({ scenario }) => scenario.status === 'played');
  if (played.length > 0 && played.every(({ calls }) => calls === 0)) {
    return 'the agent made no call in the scenarios before';
  }
  if (played.length >= enough && played.every(({ set }) => !set)) {
    return 'the agent did not upload all that Kubernetes holds in the scenarios before';
  }
  return null;
}

function skipped({ name, title }: Scenario, reason: string): PlayedScenario {
  return {
    verdict: null,
    calls: 0,
    set: false,
    brokenOff: false,
    scenario: {
      name,
      title,
      status: 'skipped',
      reason,
      failed: [],
      passed: [],
      timeline: [],
      agentOutput: '',
      durationMs: 0,
    },
  };
}
