import type { Scenario } from '../run/scenario.js';
import { withLabels } from './common/kube-objects.js';
import { lost, signArrives } from './common/sign.js';

const rule = 'watch/opaque-resource-version';

export const watchOpaqueVersions: Scenario = {
  name: 'watch-opaque-versions',
  title: 'resourceVersions are texts that are no numbers and have no order.',
  profile: 'full',
  judges: [rule],
  setting: { resourceVersions: 'opaque' },
  async play(stage) {
    await stage.ready();
    const arrived = await signArrives(stage, 1);
    await stage.cluster.update(withLabels(await stage.cluster.get('Deployment', 'frontend'), { team: 'drei' }));
    await stage.cluster.delete(await stage.cluster.get('Pod', 'store-0'));
    const settled = await stage.upToDate();
    stage.judge(rule).that(arrived && settled, () => ({
      ...lost(
        stage,
        'resourceVersions that are no numbers',
        'hand a resourceVersion back as it came, and do nothing else with it',
      ),
      found: arrived ? 'a changed or deleted object as it was before' : 'no upload of a new object',
    }));
  },
};
