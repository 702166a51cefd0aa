import type { Scenario } from '../run/scenario.js';
import { signArrives } from './common/sign.js';

const rule = 'watch/starts-at-list-version';

export const listStale: Scenario = {
  name: 'list-stale',
  title: 'The first list of Pods is some changes old; what it lacks comes by the watch from its resourceVersion.',
  profile: 'full',
  judges: [rule],
  setting: { withoutAgent: true },
  async play(stage) {
    const seesAgain = stage.blindfold();
    const pod = await stage.cluster.get('Pod', 'store-0');
    for (const ip of ['10.244.1.201', '10.244.1.202', '10.244.1.203']) {
      const current = await stage.cluster.get('Pod', 'store-0');
      await stage.cluster.update({ ...current, status: { ...(pod.status as object), podIP: ip, podIPs: [{ ip }] } });
    }
    stage.kube.fault({
      id: 'stale-list',
      match: { verb: 'list', resource: 'pods' },
      times: 1,
      effect: { kind: 'stale-list', changes: 2 },
    });
    await stage.agent.start();
    await stage.ready();
    const watches = stage.kube.requests().filter(({ verb }) => verb === 'watch');
    if (watches.length === 0) return stage.judge(rule).notJudged('the agent does not watch: it only lists');
    const uid = pod.metadata.uid ?? '';
    const arrived = await stage.until(
      'the changes after the list are uploaded',
      ({ standing }) => standing?.asked[uid] !== undefined && !standing.asked[uid].includes('pod/pod-ip'),
      { uids: [uid] },
    );
    await seesAgain();
    stage.judge(rule).that(arrived, () => ({
      type: '*v1.Pod',
      uid,
      name: 'store-0',
      found: 'the address from before the last two changes',
      expected: 'the changes between the resourceVersion of the list and now',
      message: 'Changes between list and watch were missed: watch from the metadata.resourceVersion of the list.',
    }));
    const open = watches.find(
      ({ query }) => ['', '0'].includes(query.resourceVersion ?? '') && query.sendInitialEvents !== 'true',
    );
    if (open !== undefined) {
      stage.judge(rule).failed({
        found: `watch ${open.resource} ${open.query.resourceVersion === undefined ? 'without a resourceVersion' : `from resourceVersion ${JSON.stringify(open.query.resourceVersion)}`}`,
        expected: 'the resourceVersion of the list before',
        message:
          'A watch without the resourceVersion of a list begins anywhere: it repeats objects and may miss deletions.',
      });
    }
    await signArrives(stage, 1);
  },
};
