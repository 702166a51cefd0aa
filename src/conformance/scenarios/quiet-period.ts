import type { Scenario } from '../run/scenario.js';

/** So many reports tell a rhythm. */
const reports = 4;

export const quietPeriod: Scenario = {
  name: 'quiet-period',
  title: 'Nothing changes for a while: the agent repeats its version and goes on to report.',
  profile: 'quick',
  judges: [],
  async play(stage) {
    await stage.ready();
    const before = stage.server.calls().length;
    await stage.until(`the agent has reported ${reports} more times`, ({ calls }) => calls.length >= before + reports, {
      allowanceMs: Math.max(stage.allowanceMs, reports * stage.allowanceMs),
    });
  },
};
