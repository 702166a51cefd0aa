import { isOf } from '../run/observed-agents.js';
import type { Scenario } from '../run/scenario.js';
import { registered } from './common/managed-agent.js';
import { createOtherAgent } from './common/other-agent.js';

const rule = 'sync/watch-flag-honoured';
const startMs = 30_000;

export const watcherAndDaemonset: Scenario = {
  name: 'watcher-and-daemonset',
  title:
    'The agent is one of a DaemonSet that must not watch (K8S_WATCH_POLICY=watch-disabled), beside a watcher Deployment.',
  profile: 'full',
  judges: [rule],
  // Who does not watch has nothing to say of them.
  excused: ['request/agent-id-present'],
  setting: { withoutAgent: true },
  async play(stage) {
    const { compat, clusterId } = stage;
    const watcher = createOtherAgent({
      ...{ compat, clusterId, number: 71, policy: 'KWP_WATCH_ONLY' },
      server: stage.server.address,
    });
    try {
      stage.step('the watcher calls Sync, and is chosen');
      if (!(await watcher.sync())) throw new Error('The server did not choose an agent that only watches.');
      await stage.agent.start({ K8S_WATCH_POLICY: 'watch-disabled', IN_CONTAINER: '1' });
      const syncs = () => stage.server.agentCalls().filter(isOf('sync'));
      if (!(await stage.until('the agent calls Sync', () => syncs().length > 0, { allowanceMs: startMs }))) {
        return stage.judge(rule).notJudged('the agent does not call Sync');
      }
      if (!syncs().some(({ agent }) => agent.neverWatches)) {
        return stage
          .judge(rule)
          .notJudged('the agent does not follow K8S_WATCH_POLICY: its Sync does not say that it never watches');
      }
      const before = syncs().length;
      await stage.until('the agent is registered', () => registered(stage) !== null);
      await stage.quiet(4_000 * stage.interval + 1_000, 'does the agent watch or report');
      if (stage.agent.running === 0 && syncs().length === before) {
        return stage.judge(rule).notJudged('the agent ended before it could watch or report');
      }
      const report = stage.server.calls()[0];
      const watched = stage.kube.requests().find(({ verb }) => verb === 'list' || verb === 'watch');
      stage.judge(rule).that(report === undefined, () => ({
        request: report?.seq ?? 0,
        found: 'a report',
        expected: 'no report: the watcher does that',
        message: 'Two agents report one cluster: with K8S_WATCH_POLICY=watch-disabled never report.',
      }));
      stage.judge(rule).that(watched === undefined, () => ({
        found: `${watched?.verb} of ${watched?.resource} at the Kubernetes API`,
        expected: 'no list and no watch',
        message:
          'The Kubernetes API is to be spared the agents of a DaemonSet: with K8S_WATCH_POLICY=watch-disabled never ask it.',
      }));
    } finally {
      watcher.close();
    }
  },
};
