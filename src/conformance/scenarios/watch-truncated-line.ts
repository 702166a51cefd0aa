import { watchTrouble } from './common/watch-trouble.js';

export const watchTruncatedLine = watchTrouble({
  name: 'watch-truncated-line',
  title: 'A watch ends in the middle of an event.',
  rule: 'watch/survives-truncated-line',
  effect: { kind: 'truncate-line', afterEvents: 0 },
  after: 'a watch that ended in the middle of an event',
  advice: 'drop the half line and watch again from the event before it',
});
