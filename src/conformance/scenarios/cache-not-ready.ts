import type { Scenario } from '../run/scenario.js';

export const cacheNotReady: Scenario = {
  name: 'cache-not-ready',
  title: 'When the agent starts, the API server has just started itself: its watch cache is not ready (429).',
  profile: 'full',
  judges: ['snapshot/complete'],
  setting: { withoutAgent: true },
  async play(stage) {
    stage.kube.fault({
      id: 'watch-cache-not-ready',
      match: { verb: ['list', 'watch'] },
      times: 4,
      effect: { kind: 'watch-cache-not-ready', retryAfter: 1 },
    });
    await stage.agent.start();
    await stage.ready();
    stage.judge('snapshot/complete').passed();
  },
};
