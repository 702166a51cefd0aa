import type { Scenario } from '../run/scenario.js';
import { signArrives } from './common/sign.js';

const rule = 'change/added-appears';

export const answerNoVersion: Scenario = {
  name: 'answer-no-version',
  title: 'The server answers some calls without a version, which asks for nothing.',
  profile: 'full',
  judges: [rule],
  async play(stage) {
    await stage.ready();
    stage.server.fault({
      id: 'no-version',
      match: { method: 'KubernetesAPISync' },
      times: 3,
      effect: { kind: 'answer-version', version: 'unset' },
    });
    const seen = stage.server.calls().length;
    await stage.until('three calls were answered without a version', ({ calls }) => calls.length >= seen + 3, {
      allowanceMs: 3 * stage.allowanceMs,
    });
    const arrived = await signArrives(stage, 1);
    stage.judge(rule).that(arrived, () => ({
      request: stage.server.calls().at(-1)?.seq ?? 0,
      found: 'no upload of a new Pod',
      expected: `an upload that holds it within ${stage.allowanceMs / 1000} s`,
      message:
        'After answers without a version the agent uploads no change any more: such an answer says nothing at all.',
    }));
  },
};
