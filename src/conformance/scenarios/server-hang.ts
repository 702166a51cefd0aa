import type { Scenario } from '../run/scenario.js';

const rule = 'transport/survives-hang';
const allowanceMs = 60_000;

export const serverHang: Scenario = {
  name: 'server-hang',
  title: 'The server never answers one call.',
  profile: 'long',
  judges: [rule],
  longest: 150,
  async play(stage) {
    await stage.ready();
    const seesAgain = stage.blindfold();
    let struck = false;
    const before = stage.server.calls().at(-1)?.seq ?? 0;
    stage.server.fault({ id: 'hang', match: { method: 'KubernetesAPISync' }, times: 1, effect: { kind: 'silence' } });
    const again = await stage.until(
      'a later call is answered',
      ({ calls }) => {
        struck ||= calls.some(({ seq, status }) => seq > before && status !== 0);
        return (
          calls.some(({ seq, status, answered, time }) => seq > before && status === 0 && answered >= time) && struck
        );
      },
      { allowanceMs: allowanceMs + stage.allowanceMs },
    );
    await seesAgain();
    stage.judge(rule).that(again, () => ({
      found: `no further call within ${allowanceMs / 1000} s`,
      expected: 'a deadline of the agent itself, and a report after it',
      message: 'A call without a deadline waits for ever: give every call one, e.g. 30 s.',
    }));
  },
};
