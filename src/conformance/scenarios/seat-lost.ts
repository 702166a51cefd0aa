import { isOf } from '../run/observed-agents.js';
import type { Scenario } from '../run/scenario.js';
import { agentSettings, whyNotManaged } from './common/managed-agent.js';
import { createOtherAgent } from './common/other-agent.js';
import { signArrives } from './common/sign.js';
import { judgeSilence } from './common/silent-without-seat.js';

const rule = 'sync/watch-flag-honoured';
/** A seat falls vacant when nothing was heard of its holder for 600 s. */
const vacantMs = 601_000;

export const seatLost: Scenario = {
  name: 'seat-lost',
  title: 'A watch-only agent takes the seat of the reporter, falls silent, and the seat is free again after 600 s.',
  profile: 'full',
  judges: [rule],
  // Who may not report is silent.
  excused: ['request/heartbeat-within-24h'],
  setting: { groupConfig: agentSettings({ syncSeconds: 1 }) },
  async play(stage) {
    await stage.ready();
    const why = await whyNotManaged(stage);
    if (why !== null) return stage.judge(rule).notJudged(why);
    const { compat, clusterId } = stage;
    const rival = createOtherAgent({
      ...{ compat, clusterId, number: 41, policy: 'KWP_WATCH_ONLY' },
      server: stage.server.address,
    });
    const told = (chosen: boolean, since: number) =>
      stage.server
        .agentCalls()
        .some((call) => isOf('sync')(call) && call.time >= since && call.agent.answer?.chosen === chosen);
    try {
      stage.step('a watch-only agent of the same cluster calls Sync');
      const lostAt = stage.now();
      if (!(await rival.sync())) return stage.judge(rule).notJudged('the server did not choose the other agent');
      if (!(await stage.until('the agent is told', () => told(false, lostAt), { allowanceMs: 15_000 }))) {
        return stage
          .judge(rule)
          .notJudged(
            told(true, lostAt)
              ? 'the agent is a watch-only one too, and is chosen again with each Sync'
              : 'the agent did not call Sync, so that nobody could tell it',
          );
      }
      await judgeSilence(stage, rule);
    } finally {
      rival.close();
    }
    const freeAt = stage.now();
    await stage.server.apply({ kind: 'clock-jump', ms: vacantMs }, 'seat-vacant');
    if (!(await stage.until('the agent has the seat again', () => told(true, freeAt), { allowanceMs: 15_000 }))) {
      return stage.judge(rule).notJudged('the agent was not told that the seat is its own again');
    }
    const arrived = await signArrives(stage, 1, 2 * stage.allowanceMs);
    stage.judge(rule).that(arrived, () => ({
      request: stage.server.agentCalls().at(-1)?.seq ?? 0,
      type: '*v1.Pod',
      found: `no upload within ${(2 * stage.allowanceMs) / 1000} s after the seat was free again`,
      expected: 'reports, since Sync is answered with kubernetes_api_enabled true again',
      message: 'Nobody reports the cluster: begin again when Sync or Push says kubernetes_api_enabled true.',
    }));
  },
};
