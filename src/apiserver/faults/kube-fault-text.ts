import type { ApiRequest } from '../request-hook.js';
import type { KubeFaultEffect } from './fault-plan.js';

/** One sentence: what happens to the request. */
export function kubeFaultText(effect: KubeFaultEffect, { seq, verb, resource, path }: ApiRequest): string {
  const request = `request ${seq} (${verb} ${resource === '' ? path : resource})`;
  switch (effect.kind) {
    case 'status':
      return `${request} is answered ${effect.code}`;
    case 'gone-event':
      return `${request} gets an ERROR event with code 410${behind(effect.afterEvents)}`;
    case 'unauthorized-until-token-reread':
      return `${request} is answered 401, and the token file gets another token`;
    case 'slow':
      return `${request} is answered ${effect.bytes} bytes at a time, every ${effect.pauseMs} ms`;
    case 'reset':
      return `the connection of ${request} is reset${effect.afterBytes === undefined ? '' : ` after ${effect.afterBytes} bytes`}`;
    case 'silence':
      return `${effect.connection === true ? `the connection of ${request}` : request} goes silent${behind(effect.afterEvents)}`;
    case 'truncate-line':
      return `${request} ends in the middle of a line${behind(effect.afterEvents)}`;
    case 'split-characters':
      return `${request} is answered with characters split over chunks`;
    case 'close':
      return `${request} ends${behind(effect.afterEvents)}`;
    case 'expired-continue':
      return `${request} is told that its continue token has expired`;
    case 'stale-list':
      return `${request} is answered as it would have been ${effect.changes} changes ago`;
    case 'empty-list-then-error':
      return `${request} gets an empty list that breaks off`;
    case 'watch-cache-not-ready':
      return `${request} is answered 429, as the watch cache is not ready`;
    case 'page-size':
      return `${request} gets at most ${effect.limit} objects`;
  }
}

function behind(events: number | undefined): string {
  return events === undefined || events === 0 ? '' : ` after ${events} events`;
}
