import { watchTrouble } from './common/watch-trouble.js';

const allowanceMs = 60_000;

export const watchHalfOpen = watchTrouble({
  name: 'watch-half-open',
  title: 'A watch falls silent without an end.',
  profile: 'long',
  rule: 'watch/survives-half-open',
  // A stream that alone is silent is not half-open: pings of HTTP/2 would be answered.
  effect: { kind: 'silence', afterEvents: 0, connection: true },
  after: 'a watch that fell silent',
  advice: 'send pings, or give up a watch that says nothing for longer than its timeout',
  allowanceMs,
  longest: 180,
});
