import { isOf } from '../run/observed-agents.js';
import type { Scenario } from '../run/scenario.js';
import { agentSettings, registered, whyNotManaged } from './common/managed-agent.js';

const rule = 'upgrade/verifies-md5';
const revision = 'plumbline 9999-0badc0de';
const bytes = 1_500_000;
const syncs = 3;

export const upgradeOffered: Scenario = {
  name: 'upgrade-offered',
  title: 'The agent is offered another revision, as a binary of which the MD5 is not the announced one.',
  profile: 'full',
  judges: [rule],
  setting: { groupConfig: agentSettings({ syncSeconds: 1 }) },
  async play(stage) {
    await stage.ready();
    const why = await whyNotManaged(stage);
    if (why !== null) return stage.judge(rule).notJudged(why);
    const agent = registered(stage);
    if (agent === null) return stage.judge(rule).notJudged('the agent is not registered, so that nobody upgrades it');
    const offer = (md5: 'right' | 'wrong') =>
      stage.server.fault({
        id: `${md5}-md5`,
        match: { method: 'Upgrade' },
        effect: { kind: 'offer-file', bytes, md5 },
      });
    const fetched = () => stage.server.agentCalls().filter(isOf('upgrade')).length;
    const stopWrong = offer('wrong');
    await stage.server.change({ kind: 'set-upgrade', lcuuid: agent.lcuuid, revision });
    const came = await stage.until('the agent fetches the binary', () => fetched() > 0, { allowanceMs: 15_000 });
    stopWrong();
    if (!came) return stage.judge(rule).notJudged('the agent does not fetch what it is offered');
    const since = stage.now();
    const later = () =>
      stage.server
        .agentCalls()
        .filter(isOf('sync'))
        .filter(({ time }) => time >= since);
    // Who tries again gets what it was promised.
    const stopRight = offer('right');
    const wasFetched = fetched();
    const goesOn = await stage.until(
      `the agent has called Sync ${syncs} times, or fetches it again`,
      () => later().length >= syncs || fetched() > wasFetched,
      { allowanceMs: 15_000 },
    );
    const again = stage.server.agentCalls().findLast(isOf('upgrade'));
    // Who has fetched the good one may run it.
    const until = fetched() > wasFetched ? (again?.time ?? since) : Number.POSITIVE_INFINITY;
    const confirmed = later().find(({ agent: { revision: own }, time }) => own.includes(revision) && time < until);
    stage.judge(rule).that(confirmed === undefined, () => ({
      request: confirmed?.seq ?? 0,
      found: `revision ${JSON.stringify(revision)} in Sync, after a binary of which the MD5 was not the announced one`,
      expected: 'the revision from before',
      message:
        'The binary was damaged on its way and was taken all the same: compare its MD5 with the announced one first.',
    }));
    stopRight();
    if (goesOn || confirmed !== undefined) return;
    if (stage.agent.running > 0) return stage.judge(rule).notJudged('the agent no longer calls Sync');
    stage.judge(rule).failed({
      request: stage.server.agentCalls().findLast(isOf('upgrade'))?.seq ?? 0,
      found: 'the agent ended after it had fetched a binary of which the MD5 was not the announced one',
      expected: 'that it drops the binary, and goes on',
      message: 'The binary was damaged on its way and was started, or was the end of the agent: compare its MD5 first.',
    });
  },
};
