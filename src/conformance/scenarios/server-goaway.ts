import type { Scenario } from '../run/scenario.js';
import { lost, signArrives } from './common/sign.js';

const rule = 'transport/survives-goaway';

export const serverGoaway: Scenario = {
  name: 'server-goaway',
  title: 'The server drains its connections (GOAWAY), first with grace, then without.',
  profile: 'full',
  judges: [rule],
  async play(stage) {
    await stage.ready();
    for (const graceful of [true, false]) {
      const seesAgain = stage.blindfold();
      await stage.server.apply({ kind: 'goaway', graceful }, graceful ? 'goaway-with-grace' : 'goaway-at-once');
      const arrived = await signArrives(stage, graceful ? 1 : 2, 2 * stage.allowanceMs);
      await seesAgain();
      const after = `a GOAWAY ${graceful ? 'with' : 'without'} grace`;
      stage.judge(rule).that(arrived, () => lost(stage, after, 'open a new connection for the next call'));
    }
  },
};
