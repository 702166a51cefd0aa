import type { Scenario } from '../run/scenario.js';
import { judgeResend } from './common/resend.js';

export const serverRestart: Scenario = {
  name: 'server-restart',
  title: 'The server restarts and has forgotten what was uploaded.',
  profile: 'quick',
  judges: ['handshake/full-resend-after-server-restart'],
  async play(stage) {
    await stage.ready();
    await stage.server.apply({ kind: 'restart' }, 'server-restart');
    await judgeResend(stage, 'handshake/full-resend-after-server-restart', 'the server has restarted');
  },
};
