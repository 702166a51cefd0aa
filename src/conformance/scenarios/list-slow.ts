import type { Scenario } from '../run/scenario.js';

export const listSlow: Scenario = {
  name: 'list-slow',
  title: 'The list of Pods comes a few bytes at a time.',
  profile: 'full',
  judges: ['snapshot/complete'],
  setting: { withoutAgent: true },
  async play(stage) {
    stage.kube.fault({
      id: 'slow-list',
      match: { verb: 'list', resource: 'pods' },
      times: 1,
      effect: { kind: 'slow', bytes: 997, pauseMs: 20 },
    });
    await stage.agent.start();
    await stage.ready();
    stage.judge('snapshot/complete').passed();
  },
};
