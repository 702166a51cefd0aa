import type { Scenario } from '../run/scenario.js';
import { agentSettings } from './common/managed-agent.js';
import { createOtherAgent } from './common/other-agent.js';
import { judgeSilence } from './common/silent-without-seat.js';

const rule = 'request/single-reporter';

export const twoReporters: Scenario = {
  name: 'two-reporters',
  title: 'The server chooses another agent, a watch-only one, to report the cluster.',
  profile: 'full',
  judges: [rule],
  excused: ['request/heartbeat-within-24h'],
  setting: { groupConfig: agentSettings({ syncSeconds: 1 }) },
  async play(stage) {
    await stage.ready();
    const { compat, clusterId } = stage;
    const rival = createOtherAgent({
      compat,
      clusterId,
      server: stage.server.address,
      number: 31,
      policy: 'KWP_WATCH_ONLY',
    });
    try {
      stage.step('a watch-only agent of the same cluster calls Sync, and is chosen');
      if (!(await rival.sync())) return stage.judge(rule).notJudged('the server did not choose the other agent');
      const before = stage.server.syncs().length;
      const later = () => stage.server.syncs().slice(before);
      // Real agents call Sync every minute.
      const asked = await stage.until('the agent calls Sync, and is told', () => later().length > 0, {
        allowanceMs: Math.max(4 * stage.allowanceMs, 15_000 * stage.pace),
      });
      if (!asked) return stage.judge(rule).notJudged('the agent did not call Sync, so that nobody could tell it');
      if (later().some(({ chosen }) => chosen)) {
        return stage.judge(rule).notJudged('the agent is a watch-only one too, and is chosen again with each Sync');
      }
      await judgeSilence(stage, rule);
    } finally {
      rival.close();
    }
  },
};
