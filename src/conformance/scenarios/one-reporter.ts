import type { Scenario } from '../run/scenario.js';
import { createOtherAgent } from './common/other-agent.js';
import { lost, signArrives } from './common/sign.js';

const rule = 'request/single-reporter';

export const oneReporter: Scenario = {
  name: 'one-reporter',
  title: 'Process-mode agents of the same cluster, which never watch, register beside the one that reports.',
  profile: 'full',
  judges: [rule],
  async play(stage) {
    await stage.ready();
    const { compat, clusterId } = stage;
    const others = [21, 22, 23].map((number) =>
      createOtherAgent({ compat, clusterId, server: stage.server.address, number, policy: 'KWP_WATCH_DISABLED' }),
    );
    try {
      stage.step('three agents with K8S_WATCH_POLICY=watch-disabled call Sync');
      for (const other of others) await other.sync();
      const arrived = await signArrives(stage, 1);
      stage
        .judge(rule)
        .that(arrived, () => lost(stage, 'other agents of the cluster registered', 'go on to report: they never do'));
    } finally {
      for (const other of others) other.close();
    }
  },
};
