import { compatTraits } from '../../kube/compat.js';
import type { Scenario } from '../run/scenario.js';
import { SceneNotSet } from '../run/stage.js';

const rule = 'transport/known-method';

export const onlyPackage: Scenario = {
  name: 'only-package',
  title: 'The server knows one gRPC package only, as real ones do, and answers the other UNIMPLEMENTED.',
  profile: 'quick',
  judges: [rule],
  setting: { withoutAgent: true },
  async play(stage) {
    const own = compatTraits[stage.compat].package;
    stage.server.fault({ id: 'only-package', effect: { kind: 'only-package', package: own } });
    await stage.agent.start();
    try {
      await stage.ready();
      stage.judge(rule).passed();
    } catch (thrown) {
      if (!(thrown instanceof SceneNotSet) || stage.server.calls().length === 0) throw thrown;
      stage.judge(rule).failed({
        request: stage.server.calls().at(-1)?.seq ?? 0,
        found: thrown.message,
        expected: `calls of /${own}.Synchronizer`,
        message: `Servers of this generation know package ${own} only: call the other name when a call is answered UNIMPLEMENTED.`,
      });
    }
  },
};
