import type { Scenario } from '../run/scenario.js';
import { isPods, signArrives, withoutWatch } from './common/sign.js';

const rule = 'watch/bookmark-is-not-an-object';

export const watchBookmark: Scenario = {
  name: 'watch-bookmark',
  title: 'Watches get bookmarks, then an object changes.',
  profile: 'full',
  judges: [rule],
  async play(stage) {
    await stage.ready();
    const why = await withoutWatch(stage);
    if (why !== null) return stage.judge(rule).notJudged(why);
    const allows = stage.kube
      .requests()
      .some((each) => isPods('watch')(each) && each.query.allowWatchBookmarks === 'true');
    if (!allows) return stage.judge(rule).notJudged('the agent asks for no bookmarks (allowWatchBookmarks)');
    stage.kube.sendBookmarks();
    const arrived = await signArrives(stage, 1);
    const pods = (await stage.cluster.list()).filter(({ kind }) => kind === 'Pod').length;
    let uploaded = 0;
    await stage.until('the Pods of the last upload are counted', ({ standing }) => {
      uploaded = standing?.types['*v1.Pod'] ?? 0;
      return true;
    });
    stage.judge(rule).that(arrived && uploaded <= pods, () => ({
      type: '*v1.Pod',
      found: arrived
        ? `${uploaded} Pods in the upload, ${pods} in Kubernetes`
        : 'no upload of a change after a bookmark',
      expected: 'the Pods that Kubernetes holds',
      message:
        'A BOOKMARK event holds nothing but a resourceVersion to go on from: note it and take no object from it.',
    }));
  },
};
