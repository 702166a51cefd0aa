import type { KubeFaultEffect } from '../../../apiserver/faults/fault-plan.js';
import type { Scenario } from '../../run/scenario.js';
import { isPods, signArrives, withoutWatch } from './sign.js';

/** Every watch on Pods is told that its resourceVersion is gone, until the agent lists Pods again. */
export function watchGone(gone: {
  readonly name: string;
  readonly title: string;
  readonly rule: string;
  readonly effect: KubeFaultEffect;
  readonly after: string;
}): Scenario {
  const { name, title, rule, effect, after } = gone;
  return {
    name,
    title,
    profile: 'full',
    judges: [rule],
    setting: { withoutAgent: true },
    async play(stage) {
      const stop = stage.kube.fault({ id: name, match: { verb: 'watch', resource: 'pods' }, effect });
      await stage.agent.start();
      await stage.ready();
      const why = await withoutWatch(stage);
      if (why !== null) return stage.judge(rule).notJudged(why);
      const seesAgain = stage.blindfold();
      const listed = await stage.until('the agent lists Pods again', ({ requests }) => {
        const gone = requests.findIndex(isPods('watch'));
        return gone >= 0 && requests.slice(gone).some(isPods('list'));
      });
      stop();
      const arrived = listed && (await signArrives(stage, 1));
      await seesAgain();
      stage.judge(rule).that(arrived, () => ({
        found: listed
          ? 'a list of Pods, but no change after it'
          : `no list of Pods within ${stage.allowanceMs / 1000} s after ${after}`,
        expected: 'a list, and a watch from its resourceVersion',
        message: `After ${after} the agent sees no change any more: list again, and watch from the resourceVersion of that list.`,
      }));
    },
  };
}
