import type { Scenario } from '../run/scenario.js';
import { pod } from './common/kube-objects.js';

const rule = 'change/recreated-has-new-uid';

export const objectRecreated: Scenario = {
  name: 'object-recreated',
  title: 'A Pod of a StatefulSet is deleted and created again under its name.',
  profile: 'full',
  judges: [rule],
  async play(stage) {
    await stage.ready();
    const old = await stage.cluster.get('Pod', 'store-0');
    const owner = await stage.cluster.get('StatefulSet', 'store');
    await stage.cluster.delete(old);
    const next = await stage.cluster.create(pod({ name: 'store-0', owner, number: 77, life: 1 }));
    const [oldUid, newUid] = [old.metadata.uid ?? '', next.metadata.uid ?? ''];
    let both = false;
    const swapped = await stage.until(
      'the new one is uploaded, and the old one is not',
      ({ standing }) => {
        const hasNew = standing?.asked[newUid] !== undefined;
        both = hasNew && standing?.asked[oldUid] !== undefined;
        return hasNew && !both;
      },
      { uids: [oldUid, newUid] },
    );
    stage.judge(rule).that(swapped, () => ({
      request: stage.server.calls().at(-1)?.seq ?? 0,
      type: '*v1.Pod',
      uid: newUid,
      name: 'store-0',
      found: both ? 'both uids in one upload' : 'the new uid in no upload',
      expected: `uid ${newUid}, and ${oldUid} no more`,
      message: 'The Pod is another one now: keep objects by uid, and drop the one whose DELETED event came.',
    }));
  },
};
