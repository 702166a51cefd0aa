import { watchTrouble } from './common/watch-trouble.js';

export const watchReset = watchTrouble({
  name: 'watch-reset',
  title: 'The connection of a watch is reset.',
  rule: 'watch/survives-reset',
  effect: { kind: 'reset', afterBytes: 1 },
  after: 'a reset of the connection of a watch',
  advice: 'take the error for the end of the watch, and watch again',
});
