/** Failures that an agent is known to have; they do not fail its runs. */
export interface Baseline {
  /** As the user named it. */
  readonly file: string;
  readonly entries: readonly BaselineEntry[];
}

export interface BaselineEntry {
  readonly rule: string;
  /** Name of a scenario, or `anyScenario`. */
  readonly scenario: string;
  readonly reason: string;
  /** Last day on which the entry holds: YYYY-MM-DD, UTC. */
  readonly expires?: string;
}

/** For every scenario in which the rule fails, and for runs without scenarios. */
export const anyScenario = '*';
