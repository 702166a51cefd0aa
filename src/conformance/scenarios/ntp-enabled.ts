import { isOf } from '../run/observed-agents.js';
import type { Scenario } from '../run/scenario.js';
import { agentSettings, whyNotManaged } from './common/managed-agent.js';

const rule = 'sync/ntp-sane';

export const ntpEnabled: Scenario = {
  name: 'ntp-enabled',
  title: 'The group configuration switches NTP on: the agent asks the server for the time.',
  profile: 'full',
  judges: [rule],
  setting: { groupConfig: agentSettings({ syncSeconds: 1, ntp: true }) },
  async play(stage) {
    await stage.ready();
    const why = await whyNotManaged(stage);
    if (why !== null) return stage.judge(rule).notJudged(why);
    // How the question looks is judged by the calls.
    const asked = await stage.until('the agent asks for the time', () => stage.server.agentCalls().some(isOf('query')));
    if (!asked) stage.judge(rule).notJudged('the agent does not ask for the time, though its configuration says so');
  },
};
