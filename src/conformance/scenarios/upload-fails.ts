import type { Scenario } from '../run/scenario.js';
import { signArrives } from './common/sign.js';

const rule = 'transport/resends-after-failed-call';
const internal = 13;

export const uploadFails: Scenario = {
  name: 'upload-fails',
  title: 'The call that carries a change is answered INTERNAL.',
  profile: 'full',
  judges: [rule],
  async play(stage) {
    await stage.ready();
    const seesAgain = stage.blindfold();
    stage.server.fault({
      id: 'upload-internal',
      match: { method: 'KubernetesAPISync', withEntries: true },
      times: 1,
      effect: { kind: 'status', code: internal, message: 'internal error' },
    });
    const arrived = await signArrives(stage, 1, 2 * stage.allowanceMs);
    await seesAgain();
    const refused = stage.server.calls().find(({ status }) => status === internal);
    if (refused === undefined) return stage.judge(rule).notJudged('the agent uploaded nothing after the change');
    stage.judge(rule).that(arrived, () => ({
      request: refused.seq,
      found: `no upload with these entries within ${(2 * stage.allowanceMs) / 1000} s after the call had failed`,
      expected: 'all entries again',
      message: 'The server has not got the upload: take a version for uploaded only when its call was answered OK.',
    }));
  },
};
