import type { Scenario } from '../run/scenario.js';
import { SceneNotSet } from '../run/stage.js';

const rule = 'watch/pages-with-continue';

export const listPages: Scenario = {
  name: 'list-pages',
  title: 'Lists come in pages of two objects.',
  profile: 'full',
  judges: [rule],
  setting: { withoutAgent: true },
  async play(stage) {
    stage.kube.fault({ id: 'small-pages', match: { verb: 'list' }, effect: { kind: 'page-size', limit: 2 } });
    await stage.agent.start();
    const complete = await stage.ready().then(
      () => true,
      (thrown: unknown) => {
        if (thrown instanceof SceneNotSet) return false;
        throw thrown;
      },
    );
    const lists = stage.kube.requests().filter(({ verb }) => verb === 'list');
    if (!lists.some(({ query }) => query.limit !== undefined)) {
      return stage.judge(rule).notJudged('the agent asks for no pages (limit): its lists come as a whole');
    }
    stage.judge(rule).that(complete, () => ({
      found: 'an upload without the objects of later pages',
      expected: 'all pages, until a list has no metadata.continue',
      message: 'The list goes on where metadata.continue is not empty: ask for the next page with this token.',
    }));
  },
};
