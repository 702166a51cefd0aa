import type { ObservedCall } from '../run/observed-call.js';
import type { Scenario } from '../run/scenario.js';
import { signArrives } from './common/sign.js';

const rule = 'transport/size-within-limit';
const resourceExhausted = 8;
const bytes = 1_024;
const tolerated = 3;
const leastMs = 2_000;

export const messageLimit: Scenario = {
  name: 'message-limit',
  title: `The server takes no message over ${bytes} bytes for a while: RESOURCE_EXHAUSTED.`,
  profile: 'full',
  judges: [rule],
  // The entries are what the server does not take.
  excused: ['error/keeps-version-and-entries', 'error/report-is-kept'],
  async play(stage) {
    await stage.ready();
    const seesAgain = stage.blindfold();
    const stop = stage.server.fault({
      id: 'message-limit',
      match: { method: 'KubernetesAPISync' },
      effect: { kind: 'message-limit', bytes },
    });
    const arrives = signArrives(stage, 1, 20 * stage.allowanceMs);
    const refused = () => stage.server.calls().filter(({ status }) => status === resourceExhausted);
    const struck = await stage.until('an upload is refused for its size', () => refused().length > 0, {
      allowanceMs: 2 * stage.allowanceMs,
    });
    if (struck)
      await stage.quiet(Math.max(leastMs, 10_000 * stage.pace), 'does the agent send the same bytes in a loop');
    stop();
    const byDigest = groupByDigest(refused());
    const most = [...byDigest.values()].reduce<readonly ObservedCall[]>(
      (left, right) => (right.length > left.length ? right : left),
      [],
    );
    if (!struck) {
      stage.judge(rule).notJudged(`the agent sent no message over ${bytes} bytes`);
    } else {
      stage.judge(rule).that(most.length <= tolerated, () => ({
        request: most[0]?.seq ?? 0,
        found: `the same message ${most.length} times, each answered RESOURCE_EXHAUSTED`,
        expected: `it at most ${tolerated} times in ${Math.max(leastMs / 1000, 10 * stage.pace)} s, then less, or later, or error_msg`,
        message:
          'The server refused these very bytes before: wait longer each time, or send less, and report the error.',
      }));
    }
    await arrives;
    await seesAgain();
  },
};

function groupByDigest(calls: readonly ObservedCall[]): ReadonlyMap<string, readonly ObservedCall[]> {
  const groups = new Map<string, ObservedCall[]>();
  for (const call of calls) groups.set(call.digest, [...(groups.get(call.digest) ?? []), call]);
  return groups;
}
