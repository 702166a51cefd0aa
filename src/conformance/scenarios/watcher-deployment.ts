import { isOf } from '../run/observed-agents.js';
import type { Scenario } from '../run/scenario.js';
import { createOtherAgent } from './common/other-agent.js';
import { lost, signArrives } from './common/sign.js';

const rule = 'sync/watch-flag-honoured';

export const watcherDeployment: Scenario = {
  name: 'watcher-deployment',
  title:
    'The agent is the watcher Deployment (K8S_WATCH_POLICY=watch-only) of a cluster with agents as processes on its nodes.',
  profile: 'full',
  judges: [rule],
  // Such an agent is never given an id.
  excused: ['request/agent-id-present', 'error/report-is-kept', 'handshake/resends-without-agent-id'],
  setting: { withoutAgent: true },
  async play(stage) {
    const { compat, clusterId } = stage;
    const old = compat === 'v7' ? {} : { ONLY_WATCH_K8S_RESOURCE: 'true' };
    await stage.agent.start({ K8S_WATCH_POLICY: 'watch-only', IN_CONTAINER: '1', ...old });
    await stage.ready();
    const own = stage.server.agentCalls().find(isOf('sync'))?.agent;
    if (own === undefined) return stage.judge(rule).notJudged('the agent does not call Sync');
    if (!own.watchOnly) {
      return stage
        .judge(rule)
        .notJudged('the agent does not follow K8S_WATCH_POLICY: its Sync does not say that it only watches');
    }
    const others = [61, 62, 63].map((number) =>
      createOtherAgent({ compat, clusterId, server: stage.server.address, number, policy: 'KWP_NORMAL' }),
    );
    try {
      stage.step('three agents that run as processes call Sync with the cluster id');
      const chosen: boolean[] = [];
      for (const other of [...others, ...others]) chosen.push(await other.sync());
      for (const other of others) await other.reportNics(3);
      if (chosen.some((each) => each)) throw new Error('The server chose an agent while the watcher held the seat.');
      const listed = stage.server.model.agents(stage.now()).some(({ ctrlIp }) => ctrlIp === own.ctrlIp);
      if (listed) throw new Error('The server lists the watcher among its agents.');
      const arrived = await signArrives(stage, 1);
      stage
        .judge(rule)
        .that(arrived, () => lost(stage, 'process agents registered', 'report on: a watch-only agent has the seat'));
    } finally {
      for (const other of others) other.close();
    }
  },
};
