import type { Scenario } from '../run/scenario.js';
import { judgeResend } from './common/resend.js';

const rule = 'handshake/full-resend-on-version-mismatch';

export const answerOtherVersion: Scenario = {
  name: 'answer-other-version',
  title: 'The server answers a heartbeat with another version than it carried.',
  profile: 'full',
  judges: [rule],
  async play(stage) {
    await stage.ready();
    stage.server.fault({
      id: 'other-version',
      match: { method: 'KubernetesAPISync', withEntries: false },
      times: 1,
      effect: { kind: 'answer-version', version: 'other' },
    });
    await judgeResend(stage, rule, 'the server has answered with another version');
  },
};
