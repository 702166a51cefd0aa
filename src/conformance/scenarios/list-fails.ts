import type { Scenario } from '../run/scenario.js';
import { watchNoPartial } from './common/no-partial.js';

const rule = 'error/no-partial-snapshot';

export const listFails: Scenario = {
  name: 'list-fails',
  title: 'When the agent starts, Pods cannot be listed (500); everything else can.',
  profile: 'full',
  judges: [rule],
  setting: { withoutAgent: true },
  async play(stage) {
    const partial = watchNoPartial(stage, 'pods');
    const stop = stage.kube.fault({
      id: 'pods-500',
      match: { verb: ['list', 'watch'], resource: 'pods' },
      effect: { kind: 'status', code: 500, reason: 'InternalError', message: 'etcdserver: request timed out' },
    });
    await stage.agent.start();
    const asked = () => stage.kube.requests().filter(({ fault }) => fault === 'pods-500').length;
    // Long enough for an agent that uploads what it has in spite of it.
    await stage.until('the agent has been refused, and has reported', ({ calls }) => asked() > 0 && calls.length > 1, {
      allowanceMs: 2 * stage.allowanceMs,
    });
    await stage.quiet(3_000 * stage.pace, 'what does the agent upload meanwhile');
    if (asked() === 0) return stage.judge(rule).notJudged('the agent did not list Pods');
    stop();
    await stage.ready();
    partial.judge(rule);
  },
};
