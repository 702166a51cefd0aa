import type { Scenario } from '../run/scenario.js';
import { watchNoPartial } from './common/no-partial.js';

const rule = 'error/no-partial-snapshot';

export const listBroken: Scenario = {
  name: 'list-broken',
  title: 'The first lists of Pods are 200 and empty, and break off before their end.',
  profile: 'full',
  judges: [rule],
  setting: { withoutAgent: true },
  async play(stage) {
    const partial = watchNoPartial(stage, 'pods');
    stage.kube.fault({
      id: 'empty-list-then-error',
      match: { verb: 'list', resource: 'pods' },
      times: 2,
      effect: { kind: 'empty-list-then-error' },
    });
    await stage.agent.start();
    await stage.ready();
    partial.judge(rule);
  },
};
