import type { Scenario } from '../run/scenario.js';
import { lost, signArrives } from './common/sign.js';

const rule = 'watch/token-rotation';

export const tokenRotation: Scenario = {
  name: 'token-rotation',
  title: 'The token is replaced in its file, and the old one is refused.',
  profile: 'full',
  judges: [rule],
  async play(stage) {
    await stage.ready();
    const seesAgain = stage.blindfold();
    await stage.kube.rotateToken();
    stage.kube.breakConnections('close');
    const arrived = (await signArrives(stage, 1)) && (await signArrives(stage, 2));
    await seesAgain();
    stage
      .judge(rule)
      .that(arrived, () =>
        lost(stage, 'the token was replaced', 'read the token file again when a request is answered 401'),
      );
  },
};
