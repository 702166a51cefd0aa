import type { OptionalGroup } from '../../apiserver/discovery/resource-type.js';
import type { Compat } from '../../kube/compat.js';
import type { KubeObject } from '../../kube/kube-object.js';
import type { Stage } from './stage.js';

/** Which runs play a scenario: each profile plays those of the ones before it, too. */
export const profiles = ['quick', 'full', 'long'] as const;

export type Profile = (typeof profiles)[number];

/** Something that is done to an agent, and what it has to do then. */
export interface Scenario {
  /** Words with hyphens. */
  readonly name: string;
  /** One sentence: what is done to the agent. */
  readonly title: string;
  /** The first profile that plays it. */
  readonly profile: Profile;
  /** Ids of the rules that `play` judges itself. What calls show is judged besides. */
  readonly judges: readonly string[];
  /** Ids of rules that say nothing here, as the scenario itself provokes what they object to. */
  readonly excused?: readonly string[];
  readonly setting?: Setting;
  /** How long it may take at least, s, where that is more than the run's. */
  readonly longest?: number;
  /**
   * Does it, waits for conditions, and judges.
   *
   * @throws anything only where the harness itself fails; what the agent does or leaves undone never makes it throw
   */
  play(stage: Stage): Promise<void>;
}

/** What a scenario is played on. */
export interface Setting {
  /** What Kubernetes holds at the beginning; default: the base cluster. */
  readonly objects?: (compat: Compat) => readonly KubeObject[];
  /** Optional API groups that are served. */
  readonly groups?: readonly OptionalGroup[];
  readonly resourceVersions?: 'numeric' | 'opaque';
  /** Group configuration, YAML; default: that of the run. */
  readonly groupConfig?: string;
  /** The agent is started by the scenario itself. */
  readonly withoutAgent?: boolean;
}
