import type { Scenario } from '../run/scenario.js';
import { service } from './common/kube-objects.js';
import { watchNoPartial } from './common/no-partial.js';
import { lost, signArrives } from './common/sign.js';

const rule = 'watch/forbidden-type';
const noPartial = 'error/no-partial-snapshot';

export const forbiddenType: Scenario = {
  name: 'forbidden-type',
  title: 'The permission to read Services is taken away while objects change, and given back.',
  profile: 'full',
  judges: [rule, noPartial],
  async play(stage) {
    await stage.ready();
    const before = stage.server.calls().at(-1)?.seq ?? 0;
    const stop = stage.kube.fault({
      id: 'services-forbidden',
      match: { verb: ['get', 'list', 'watch'], resource: 'services' },
      effect: {
        kind: 'status',
        code: 403,
        reason: 'Forbidden',
        message:
          'services is forbidden: User "pseudo-agent" cannot list resource "services" in API group "" at the cluster scope',
      },
    });
    const partial = watchNoPartial(stage, 'services');
    stage.kube.breakConnections('close');
    const named = await stage.until('error_msg names the services', ({ calls }) =>
      calls.some((call) => call.seq > before && /services?\b/i.test(call.errorMsg)),
    );
    const seesAgain = stage.blindfold();
    await stage.cluster.delete(await stage.cluster.get('Pod', 'legacy-7hv2x'));
    await stage.quiet(4_000 * stage.pace, 'what does the agent upload while Services are forbidden');
    stage.judge(rule).that(named, () => ({
      request: stage.server.calls().at(-1)?.seq ?? 0,
      found: `error_msg ${JSON.stringify(
        stage.server
          .calls()
          .findLast(({ errorMsg }) => errorMsg !== '')
          ?.errorMsg.slice(0, 200) ?? '',
      )}`,
      expected: `an error_msg that names services, within ${stage.allowanceMs / 1000} s`,
      message: 'A permission is missing and nobody is told which: put the type and the status 403 into error_msg.',
    }));
    partial.judge(noPartial);
    stop();
    await stage.cluster.create(service({ name: 'late', number: 40 }));
    const arrived = await signArrives(stage, 1, 2 * stage.allowanceMs);
    await seesAgain();
    stage
      .judge(rule)
      .that(arrived, () =>
        lost(stage, 'the permission was given back', 'try a forbidden type again, and go on with the others'),
      );
  },
};
