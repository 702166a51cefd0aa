import type { Scenario } from '../run/scenario.js';
import { SceneNotSet } from '../run/stage.js';

const rule = 'watch/restarts-on-expired-continue';

export const listExpiredContinue: Scenario = {
  name: 'list-expired-continue',
  title: 'The token of the second page of Pods has expired.',
  profile: 'full',
  judges: [rule],
  setting: { withoutAgent: true },
  async play(stage) {
    const match = { verb: 'list', resource: 'pods' } as const;
    stage.kube.fault({
      id: 'expired-continue',
      match: { ...match, continued: true },
      times: 1,
      effect: { kind: 'expired-continue' },
    });
    stage.kube.fault({ id: 'small-pages', match, effect: { kind: 'page-size', limit: 2 } });
    await stage.agent.start();
    const complete = await stage.ready().then(
      () => true,
      (thrown: unknown) => {
        if (thrown instanceof SceneNotSet) return false;
        throw thrown;
      },
    );
    if (!stage.kube.requests().some(({ fault }) => fault === 'expired-continue')) {
      return stage.judge(rule).notJudged('the agent asked for no second page of Pods');
    }
    stage.judge(rule).that(complete, () => ({
      found: 'an upload without the objects of later pages',
      expected: 'the list from its beginning, or with the token that came with the 410',
      message: 'A continue token lives for some minutes: when it is answered 410, begin the list again.',
    }));
  },
};
