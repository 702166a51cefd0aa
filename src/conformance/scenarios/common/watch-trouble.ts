import type { KubeFaultEffect } from '../../../apiserver/faults/fault-plan.js';
import type { Scenario } from '../../run/scenario.js';
import type { Stage } from '../../run/stage.js';
import { lost, signArrives, withoutWatch } from './sign.js';

export interface WatchTrouble {
  readonly name: string;
  readonly title: string;
  readonly rule: string;
  /** What befalls the first watch on Pods. */
  readonly effect: KubeFaultEffect;
  /** As in "after ...": what has happened. */
  readonly after: string;
  /** What the agent has to do; an order without a full stop. */
  readonly advice: string;
  readonly profile?: Scenario['profile'];
  readonly longest?: number;
  /** How long the first change may take, ms. */
  readonly allowanceMs?: number;
  readonly judges?: readonly string[];
  /** What else can be said once it is over. */
  readonly also?: (stage: Stage) => void;
}

/** The first watch on Pods goes wrong with the first change; that one, and the next, have to be uploaded all the same. */
export function watchTrouble(trouble: WatchTrouble): Scenario {
  const { name, title, rule, effect, after, advice, profile = 'full', longest, allowanceMs } = trouble;
  return {
    name,
    title,
    profile,
    judges: [rule, ...(trouble.judges ?? [])],
    ...(longest === undefined ? {} : { longest }),
    setting: { withoutAgent: true },
    async play(stage) {
      stage.kube.fault({ id: name, match: { verb: 'watch', resource: 'pods' }, times: 1, effect });
      await stage.agent.start();
      await stage.ready();
      const why = await withoutWatch(stage);
      if (why !== null) return stage.judge(rule).notJudged(why);
      // Uploads are late as long as the agent is kept from the change.
      const seesAgain = stage.blindfold();
      const arrived = (await signArrives(stage, 1, allowanceMs)) && (await signArrives(stage, 2));
      await seesAgain();
      stage.judge(rule).that(arrived, () => lost(stage, after, advice));
      trouble.also?.(stage);
    },
  };
}
