import type { Scenario } from '../run/scenario.js';

const rule = 'transport/backs-off';
const unavailable = 14;
const wanted = 4;
/** A pause is at least so much of the interval, and never more than is asked of an agent with a long one. */
const leastShare = 0.25;
const mostMs = 100;

export const serverUnavailable: Scenario = {
  name: 'server-unavailable',
  title: 'The server answers UNAVAILABLE for a while.',
  profile: 'quick',
  judges: [rule],
  async play(stage) {
    await stage.ready();
    const seesAgain = stage.blindfold();
    const stop = stage.server.fault({
      id: 'unavailable',
      match: { method: 'KubernetesAPISync' },
      effect: { kind: 'status', code: unavailable, message: 'the server is starting' },
    });
    const failed = () => stage.server.calls().filter(({ status }) => status === unavailable);
    await stage.until(`the agent has tried ${wanted} times`, () => failed().length >= wanted, {
      allowanceMs: 3 * stage.allowanceMs,
    });
    stop();
    const ended = stage.now();
    const tries = failed();
    const back = await stage.until(
      'a report succeeds',
      ({ calls }) => calls.some(({ status, time }) => status === 0 && time >= ended),
      { allowanceMs: 60_000 },
    );
    await seesAgain();
    if (tries.length === 0)
      return stage.judge(rule).notJudged('the agent did not call while the server was unavailable');
    const least = Math.min(mostMs, 1_000 * stage.interval * leastShare);
    const hasty = tries.slice(1).filter((call, at) => call.time - (tries[at]?.answered ?? 0) < least);
    // One retry at once is what gRPC itself may do.
    const worst = hasty.length > 1 ? hasty[0] : undefined;
    stage.judge(rule).that(worst === undefined, () => ({
      request: worst?.seq ?? 0,
      found: `${hasty.length} of ${tries.length - 1} calls less than ${Math.round(least)} ms after the one before had failed`,
      expected: 'a pause after each call that failed, longer each time up to a bound',
      message:
        'The server is down and the agent calls in a loop: wait before the next call, at least as long as between reports.',
    }));
    stage.judge(rule).that(back, () => ({
      request: tries.at(-1)?.seq ?? 0,
      found: 'no report within 60 s after the server was back',
      expected: 'a report: the agent keeps trying for ever',
      message: 'The agent gave up: keep trying, however long the server was away.',
    }));
  },
};
