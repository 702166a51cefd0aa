import type { Scenario } from '../run/scenario.js';
import { watchNoPartial } from './common/no-partial.js';

const reported = 'error/reported';
const cleared = 'error/cleared-after-recovery';
const noPartial = 'error/no-partial-snapshot';

export const kubernetesDown: Scenario = {
  name: 'kubernetes-down',
  title: 'The Kubernetes API answers 503 to everything, then recovers.',
  profile: 'quick',
  judges: [reported, cleared, noPartial],
  async play(stage) {
    await stage.ready();
    const partial = watchNoPartial(stage, 'everything');
    const before = stage.server.calls().at(-1)?.seq ?? 0;
    const stop = stage.kube.fault({
      id: 'kubernetes-down',
      match: {},
      effect: {
        kind: 'status',
        code: 503,
        reason: 'ServiceUnavailable',
        message: 'the server is currently unable to handle the request',
      },
    });
    stage.kube.breakConnections('reset');
    const told = await stage.until('a request carries error_msg', ({ calls }) =>
      calls.some((call) => call.seq > before && call.errorMsg !== ''),
    );
    stage.judge(reported).that(told, () => ({
      request: stage.server.calls().at(-1)?.seq ?? 0,
      found: 'no error_msg',
      expected: `error_msg within ${stage.allowanceMs / 1000} s of the failure`,
      message: 'The Kubernetes API fails and nobody is told: put what went wrong into error_msg of the next request.',
    }));
    stop();
    const ended = stage.now();
    const clean = await stage.until(
      'a request comes without error_msg',
      ({ calls }) => {
        const last = calls.at(-1);
        return last !== undefined && last.time > ended && last.errorMsg === '';
      },
      { allowanceMs: 2 * stage.allowanceMs },
    );
    if (told) {
      stage.judge(cleared).that(clean, () => ({
        request: stage.server.calls().at(-1)?.seq ?? 0,
        found: `error_msg ${JSON.stringify(stage.server.calls().at(-1)?.errorMsg.slice(0, 200) ?? '')}`,
        expected: 'an empty error_msg once the Kubernetes API works again',
        message: 'As long as error_msg is set, the server takes over no resources: send it empty after recovery.',
      }));
    } else {
      stage.judge(cleared).notJudged('no request carried an error_msg');
    }
    await stage.upToDate();
    partial.judge(noPartial);
  },
};
