import { watchGone } from './common/watch-gone.js';

export const watchGoneEvent = watchGone({
  name: 'watch-gone-event',
  title: 'The resourceVersion of a watch is too old: an ERROR event with code 410.',
  rule: 'watch/relists-on-410-event',
  effect: { kind: 'gone-event' },
  after: 'an ERROR event with code 410 came',
});
