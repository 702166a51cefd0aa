import type { Scenario } from '../run/scenario.js';
import { agentSettings } from './common/managed-agent.js';
import { judgeResend } from './common/resend.js';

const rule = 'request/heartbeat-within-24h';
const hour = 3_600_000;

export const dayOfQuiet: Scenario = {
  name: 'day-of-quiet',
  title: 'The clock of the server goes ahead by 25 h in which nothing changed.',
  profile: 'full',
  judges: [rule, 'handshake/full-resend-on-version-mismatch'],
  // By the server's clock the seat of the reporter is vacant then: it gets it back with its next Sync.
  setting: { groupConfig: agentSettings({ syncSeconds: 1 }) },
  async play(stage) {
    await stage.ready();
    const before = stage.server.calls().at(-1)?.seq ?? 0;
    await stage.server.apply({ kind: 'clock-jump', ms: 25 * hour }, 'a-day-later');
    const reported = await stage.until('the agent reports again', ({ calls }) =>
      calls.some(({ seq }) => seq > before + 1),
    );
    stage.judge(rule).that(reported, () => ({
      request: before,
      found: 'no report after it',
      expected: 'a report in every interval, also when nothing changes',
      message:
        'The agent fell silent: the server deletes the resources of a cluster of which it has not heard for 24 h.',
    }));
    await judgeResend(
      stage,
      'handshake/full-resend-on-version-mismatch',
      'the server has let go of what was older than 24 h',
    );
    await stage.upToDate();
  },
};
