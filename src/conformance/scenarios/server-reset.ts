import type { Scenario } from '../run/scenario.js';
import { lost, signArrives } from './common/sign.js';

const rule = 'transport/survives-reset';
const downMs = 1_000;

export const serverReset: Scenario = {
  name: 'server-reset',
  title: 'The connections to the server are reset, then refused for a second.',
  profile: 'full',
  judges: [rule],
  async play(stage) {
    await stage.ready();
    let seesAgain = stage.blindfold();
    await stage.server.apply({ kind: 'reset' }, 'reset');
    const first = await signArrives(stage, 1, 2 * stage.allowanceMs);
    await seesAgain();
    stage
      .judge(rule)
      .that(first, () => lost(stage, 'a reset of the connection', 'open a new connection for the next call'));
    seesAgain = stage.blindfold();
    await stage.server.apply({ kind: 'refuse-connections', forMs: downMs }, 'refuse-connections');
    // gRPC itself may wait for two minutes until it looks again, which no agent should leave as it is.
    const second = await signArrives(stage, 2, 6 * stage.allowanceMs);
    await seesAgain();
    stage
      .judge(rule)
      .that(second, () =>
        lost(stage, `${downMs / 1000} s without a server`, 'keep trying to connect, at most some seconds apart'),
      );
  },
};
