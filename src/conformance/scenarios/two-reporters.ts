import type { Scenario } from '../run/scenario.js';
import { agentSettings } from './common/managed-agent.js';
import { createOtherAgent } from './common/other-agent.js';

const rule = 'request/single-reporter';
const leastReports = 3;

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
      const last = stage.server.calls().at(-1)?.seq ?? 0;
      await stage.quiet((leastReports + 1) * 1_000 * stage.pace + 500, 'does the agent go on to report');
      // The one that was on its way is no reporter.
      const more = stage.server.calls().filter(({ seq }) => seq > last + 1);
      stage.judge(rule).that(more.length < leastReports, () => ({
        request: more[0]?.seq ?? 0,
        found: `${more.length} reports after Sync was answered with kubernetes_api_enabled false`,
        expected: 'no report as long as another agent is chosen',
        message:
          'Two agents report one cluster and overwrite each other: report only while Sync answers kubernetes_api_enabled true.',
      }));
    } finally {
      rival.close();
    }
  },
};
