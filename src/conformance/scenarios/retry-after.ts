import type { Scenario } from '../run/scenario.js';
import type { Stage } from '../run/stage.js';

const rule = 'watch/honours-retry-after';
const seconds = 1;
/** Clocks and timers round. */
const toleranceMs = 50;
const ids = { list: 'list-429', watch: 'watch-429' } as const;

export const retryAfter: Scenario = {
  name: 'retry-after',
  title: 'A list and a watch are answered 429 with Retry-After.',
  profile: 'full',
  judges: [rule],
  setting: { withoutAgent: true },
  async play(stage) {
    const effect = { kind: 'status', code: 429, reason: 'TooManyRequests', retryAfter: seconds } as const;
    for (const verb of ['list', 'watch'] as const) {
      stage.kube.fault({ id: ids[verb], match: { verb, resource: 'pods' }, times: 1, effect });
    }
    await stage.agent.start();
    await stage.ready();
    let judged = false;
    for (const verb of ['list', 'watch'] as const) {
      const struck = () => stage.kube.requests().find(({ fault }) => fault === ids[verb]);
      await stage.until(
        `the agent asks to ${verb} Pods again after 429`,
        () => struck() === undefined || nextOf(stage, verb) !== undefined,
        {
          allowanceMs: stage.allowanceMs + 1_000 * seconds,
        },
      );
      const first = struck();
      const next = nextOf(stage, verb);
      if (first === undefined || next === undefined) continue;
      judged = true;
      const waited = next.time - first.time;
      stage.judge(rule).that(waited >= 1_000 * seconds - toleranceMs, () => ({
        found: `${verb} pods again after ${Math.round(waited)} ms`,
        expected: `no sooner than ${seconds} s after it was answered 429 with Retry-After: ${seconds}`,
        message: 'The API server is overloaded and says when to come again: wait as long as Retry-After says.',
      }));
    }
    if (!judged)
      stage.judge(rule).notJudged('the agent neither listed nor watched Pods again after it was answered 429');
  },
};

/** The request of this sort that came after the one that was answered 429. */
function nextOf(stage: Stage, verb: 'list' | 'watch') {
  const requests = stage.kube.requests();
  const struck = requests.findIndex(({ fault }) => fault === ids[verb]);
  return struck < 0
    ? undefined
    : requests.slice(struck + 1).find((each) => each.verb === verb && each.resource === 'pods');
}
