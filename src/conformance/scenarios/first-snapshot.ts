import type { Scenario } from '../run/scenario.js';
import { SceneNotSet } from '../run/stage.js';

export const firstSnapshot: Scenario = {
  name: 'first-snapshot',
  title: 'The agent starts beside a small cluster and has to upload all of it.',
  profile: 'quick',
  judges: ['snapshot/complete'],
  async play(stage) {
    try {
      await stage.ready();
    } catch (thrown) {
      if (!(thrown instanceof SceneNotSet)) throw thrown;
      // Of an agent that made no call nothing can be said.
      if (stage.server.calls().length === 0 && stage.server.syncs().length === 0) throw thrown;
      stage.judge('snapshot/complete').failed({
        found: thrown.message,
        expected: 'an upload with all that Kubernetes holds',
        message: 'The agent calls the server and does not upload the cluster: DeepFlow shows nothing of it.',
      });
      throw thrown;
    }
    stage.judge('snapshot/complete').passed();
  },
};
