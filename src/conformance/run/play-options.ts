import type { Compat } from '../../kube/compat.js';
import type { Rule } from '../rule.js';
import type { RunFacts, ScenarioVerdict, Verdict } from '../verdict.js';
import type { AgentExit } from './agent-process.js';
import type { AnalystPool } from './analyst-pool.js';
import type { AccessLog } from './cluster-role.js';
import type { OpenTarget } from './open-target.js';

/** What all scenarios of a run have in common. */
export interface PlayOptions {
  readonly compat: Compat;
  readonly rules: readonly Rule[];
  readonly openTarget: OpenTarget;
  readonly analysts: AnalystPool;
  readonly access: AccessLog;
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly clusterId: string;
  readonly clusterRegistered: boolean;
  readonly strictPackages: boolean;
  /** s, hinted to the agent. */
  readonly interval: number;
  readonly seed: number;
  /** How the run is made. */
  readonly run: RunFacts;
  /** Longest time of a scenario that says nothing else, s. */
  readonly timeout: number;
  /** Group configuration, YAML. */
  readonly groupConfig?: string;
  /** Journals go into a folder of it, one for each scenario. */
  readonly journal?: string;
  /** Breaks off what is played. */
  readonly signal: AbortSignal;
  readonly onSlowAgent: (seconds: number) => void;
  readonly onAgentEnd: (scenario: string, exit: AgentExit) => void;
}

/** One scenario, played. */
export interface PlayedScenario {
  readonly scenario: ScenarioVerdict;
  /** Of this scenario alone; null where the harness broke before there was anything to judge. */
  readonly verdict: Verdict | null;
  readonly judges?: readonly string[];
  /** Calls of any method that the agent made. */
  readonly calls: number;
  /** The agent came as far as the scenario needs it. */
  readonly set: boolean;
  /** The run ended before the scenario did. */
  readonly brokenOff: boolean;
}

/** How long an upload may lag behind Kubernetes where the agent keeps the hint, ms. */
export function hintedAllowanceMs(interval: number): number {
  return Math.max(2_000 * interval, leastAllowanceMs);
}

export const leastAllowanceMs = 5_000;
