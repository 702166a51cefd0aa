import { isOf } from '../run/observed-agents.js';
import type { Scenario } from '../run/scenario.js';
import type { Stage } from '../run/stage.js';
import { type Forwarder, startForwarder } from './common/forwarder.js';
import { agentSettings, longestRetryMs, whyNotManaged } from './common/managed-agent.js';

const rule = 'escape/keeps-trying';
const unavailable = 14;
const failures = 3;
/** The least pause, ms. */
const leastMs = 50;

export const syncFails: Scenario = {
  name: 'sync-fails',
  title: 'The server has the agent move to another address (proxy_controller_ip), and there Sync fails for a while.',
  profile: 'full',
  judges: [rule],
  longest: 300,
  setting: { withoutAgent: true, groupConfig: agentSettings({ syncSeconds: 1 }) },
  async play(stage) {
    const configured = await startForwarder(stage.server.address);
    try {
      stage.step(`the agent is configured with ${configured.address}; Sync has it move to ${stage.server.address}`);
      await stage.agent.start({ PLUMBLINE_SERVER: configured.address });
      await stage.ready();
      const why = await whyNotManaged(stage);
      if (why !== null) return stage.judge(rule).notJudged(why);
      const moved = await judgeMove(stage, configured);
      await judgeFailures(stage, moved ? configured : null);
    } finally {
      await configured.close();
    }
  },
};

const syncsSince = (stage: Stage, since: number) =>
  stage.server
    .agentCalls()
    .filter(isOf('sync'))
    .filter(({ time }) => time >= since);

async function judgeMove(stage: Stage, configured: Forwarder): Promise<boolean> {
  const { address } = stage.server;
  const moved = await stage.until(
    'the agent calls Sync where it was told to',
    () => syncsSince(stage, 0).some(({ peer }) => !configured.carried(peer)),
    { allowanceMs: 3 * stage.allowanceMs },
  );
  stage.judge(rule).that(moved, () => ({
    request: syncsSince(stage, 0).at(-1)?.seq ?? 0,
    found: `no Sync to proxy_controller_ip and _port, ${address}, within ${(3 * stage.allowanceMs) / 1000} s`,
    expected: 'the calls after the first Sync that succeeded go there',
    message: 'The server divides its agents by proxy_controller_ip and proxy_controller_port: move there after a Sync.',
  }));
  return moved;
}

/** Does the agent go on to call, with pauses, and go back to the address that it was configured with? @param configured null: it never left it */
async function judgeFailures(stage: Stage, configured: Forwarder | null): Promise<void> {
  const stop = stage.server.fault({
    id: 'sync-unavailable',
    match: { method: 'Sync' },
    effect: { kind: 'status', code: unavailable, message: 'the server is starting' },
  });
  const since = stage.now();
  const failed = () => syncsSince(stage, since).filter(({ status }) => status === unavailable);
  const isBack = () => configured === null || failed().some(({ peer }) => configured.carried(peer));
  await stage.until(
    `Sync has failed ${failures} times, also at the configured address`,
    () => failed().length >= failures && isBack(),
    { allowanceMs: failures * longestRetryMs },
  );
  stop();
  const ended = stage.now();
  const tries = failed();
  const hasty = tries.slice(1).filter((call, at) => call.time - (tries[at]?.answered ?? 0) < leastMs);
  const recovered = await stage.until(
    'Sync succeeds again',
    () => syncsSince(stage, ended).some(({ status }) => status === 0),
    { allowanceMs: longestRetryMs + 2 * stage.allowanceMs },
  );
  stage.judge(rule).that(tries.length >= failures && recovered, () => ({
    request: tries.at(-1)?.seq ?? 0,
    found: recovered
      ? `${tries.length} calls of Sync while it failed`
      : 'no Sync that succeeds after the server was back',
    expected: 'Sync again and again, until the server is back',
    message: 'The agent gave up: keep calling Sync, however long the server was away.',
  }));
  stage.judge(rule).that(isBack() || tries.length < failures, () => ({
    request: tries.at(-1)?.seq ?? 0,
    found: `${tries.length} calls of Sync failed at proxy_controller_ip, and none went to the configured address`,
    expected: 'after a call that failed, the configured address',
    message:
      'What stands behind proxy_controller_ip may be gone: go back to the configured address after a call that failed.',
  }));
  // One retry at once is what gRPC itself may do.
  stage.judge(rule).that(hasty.length <= 1, () => ({
    request: hasty[0]?.seq ?? 0,
    found: `${hasty.length} of ${tries.length - 1} calls less than ${leastMs} ms after the one before had failed`,
    expected: 'a pause after each call that failed',
    message: 'The server is down and the agent calls Sync in a loop: wait before the next call.',
  }));
}
