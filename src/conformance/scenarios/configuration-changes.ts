import { isOf } from '../run/observed-agents.js';
import type { Scenario } from '../run/scenario.js';
import { agentSettings, configure, whyNotManaged } from './common/managed-agent.js';

const judged = ['sync/keeps-interval', 'sync/adopts-configuration'];
/** s. */
const before = 1;
const after = 3;
/** Who keeps the old interval is found out by so many calls of Sync. */
const syncs = 4;

export const configurationChanges: Scenario = {
  name: 'configuration-changes',
  title: `The configuration of the agent's group changes: Sync every ${before} s becomes every ${after} s.`,
  profile: 'full',
  judges: judged,
  setting: { groupConfig: agentSettings({ syncSeconds: before }) },
  async play(stage) {
    await stage.ready();
    const why = await whyNotManaged(stage);
    if (why !== null) {
      for (const rule of judged) stage.judge(rule).notJudged(why);
      return;
    }
    const calls = () => stage.server.agentCalls().filter(isOf('sync'));
    const first = calls().length;
    await stage.until('the agent has called Sync three more times', () => calls().length >= first + 3, {
      allowanceMs: 10_000 * before,
    });
    await configure(stage, { syncSeconds: after });
    const isTold = () => calls().findIndex(({ agent }) => agent.answer?.syncIntervalMs === 1_000 * after);
    await stage.until('the agent is told', () => isTold() >= 0, { allowanceMs: 10_000 * before });
    // What the calls show is judged by the rules on them.
    await stage.until(
      `the agent has called Sync ${syncs} more times, or twice in its new interval`,
      () => isTold() >= 0 && calls().length > isTold() + syncs,
      { allowanceMs: 2_500 * after },
    );
  },
};
