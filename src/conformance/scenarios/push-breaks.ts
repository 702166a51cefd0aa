import type { Scenario } from '../run/scenario.js';
import { whyNotManaged } from './common/managed-agent.js';

const rule = 'push/reopens';
const unavailable = 14;
/** A deepflow-agent waits 10 s after each end. */
const retryMs = 10_000;

export const pushBreaks: Scenario = {
  name: 'push-breaks',
  title: 'The connection with the Push stream is reset, and the first Push after it fails.',
  profile: 'full',
  judges: [rule],
  longest: 180,
  async play(stage) {
    await stage.ready();
    const why = await whyNotManaged(stage);
    if (why !== null) return stage.judge(rule).notJudged(why);
    const isOpen = () => stage.server.pushes().some(({ ended }) => ended === null);
    if (!(await stage.until('the agent holds a Push stream', isOpen, { allowanceMs: 3 * stage.allowanceMs }))) {
      return stage.judge(rule).notJudged('the agent opens no Push');
    }
    const seesAgain = stage.blindfold();
    const stop = stage.server.fault({
      id: 'push-unavailable',
      match: { method: 'Push' },
      times: 1,
      effect: { kind: 'status', code: unavailable, message: 'the server is starting' },
    });
    await stage.server.apply({ kind: 'reset' }, 'push-reset');
    await stage.until('the stream has ended', () => !isOpen());
    const since = stage.server.pushes().at(-1)?.seq ?? 0;
    const allowanceMs = 2 * (retryMs + stage.allowanceMs);
    const reopened = await stage.until('the agent holds a Push stream again', isOpen, {
      allowanceMs,
    });
    stop();
    await seesAgain();
    stage.judge(rule).that(reopened, () => ({
      request: since,
      found: `no Push stream within ${allowanceMs / 1000} s after the last one had broken`,
      expected: 'another one, some 10 s after the last one ended, and again where that fails',
      message: 'Nobody can tell the agent what changes: open Push again whenever it has ended.',
    }));
  },
};
