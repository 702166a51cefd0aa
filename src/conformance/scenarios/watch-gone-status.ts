import { watchGone } from './common/watch-gone.js';

export const watchGoneStatus = watchGone({
  name: 'watch-gone-status',
  title: 'The resourceVersion of a watch is too old: 410 as HTTP status.',
  rule: 'watch/relists-on-410-status',
  effect: { kind: 'status', code: 410, reason: 'Expired', message: 'too old resource version' },
  after: 'a watch was answered 410',
});
