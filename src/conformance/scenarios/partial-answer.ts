import { isOf } from '../run/observed-agents.js';
import type { Scenario } from '../run/scenario.js';
import { agentSettings, whyNotManaged } from './common/managed-agent.js';
import { createOtherAgent } from './common/other-agent.js';

const rule = 'sync/adopts-configuration';
/** So many that what agents are told of their NICs, about 40 bytes each, is more than 1 MiB. */
const agents = 9;
const nicsOfEach = 3_200;

export const partialAnswer: Scenario = {
  name: 'partial-answer',
  title: 'What the agent has to be told grows over 1 MiB: the server first tells it to make room.',
  profile: 'full',
  judges: [rule],
  // The server, too, is busy with so many NICs: calls may wait before they are noted.
  excused: ['sync/keeps-interval', 'request/heartbeat-within-24h'],
  setting: { groupConfig: agentSettings({ syncSeconds: 1 }) },
  async play(stage) {
    if (stage.compat !== 'v7') return stage.judge(rule).notJudged('servers up to v6.5 give no partial answers');
    await stage.ready();
    const why = await whyNotManaged(stage);
    if (why !== null) return stage.judge(rule).notJudged(why);
    const { compat, clusterId } = stage;
    const others = Array.from({ length: agents }, (_, index) =>
      createOtherAgent({
        ...{ compat, clusterId, number: 101 + index, policy: 'KWP_WATCH_DISABLED' },
        server: stage.server.address,
      }),
    );
    const syncs = () => stage.server.agentCalls().filter(isOf('sync'));
    const partial = () => syncs().find(({ agent }) => typeof agent.answer?.newBufferSize === 'string');
    try {
      stage.step(`${agents} other agents of the cluster report ${nicsOfEach} NICs each`);
      for (const other of [...others, ...others]) await other.sync();
      for (const other of others) await other.reportNics(nicsOfEach);
      if (
        !(await stage.until('the answer to Sync is a part', () => partial() !== undefined, { allowanceMs: 10_000 }))
      ) {
        return stage.judge(rule).notJudged('no answer was larger than the buffer of the agent');
      }
      const wanted = BigInt(partial()?.agent.answer?.newBufferSize ?? 0);
      const later = () => syncs().filter(({ seq }) => seq > (partial()?.seq ?? 0));
      const adopted = await stage.until(
        'the next Sync says that there is room',
        () => later().some(({ agent }) => BigInt(agent.bufferSize) >= wanted),
        { allowanceMs: 10_000 },
      );
      stage.judge(rule).that(adopted, () => ({
        request: later()[0]?.seq ?? partial()?.seq ?? 0,
        found: `current_grpc_buffer_size ${later().at(-1)?.agent.bufferSize ?? '(no Sync)'}`,
        expected: `current_grpc_buffer_size ${wanted}`,
        message: 'The agent is only ever told a part: take over new_grpc_buffer_size, and say so in the next Sync.',
      }));
    } finally {
      for (const other of others) other.close();
    }
  },
};
