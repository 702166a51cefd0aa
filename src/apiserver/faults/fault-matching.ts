import type { ApiRequest } from '../request-hook.js';
import type { KubeFault, KubeFaultEffect, KubeFaultMatch } from './fault-plan.js';

/** Whether a fault can strike a request. */
export function concerns({ match, effect }: KubeFault, request: ApiRequest): boolean {
  return matches(match, request) && hasMeaning(effect, request);
}

function matches(match: KubeFaultMatch, request: ApiRequest): boolean {
  const { verb, resource, group, namespace, continued } = match;
  if (verb !== undefined && ![verb].flat().includes(request.verb)) return false;
  if (resource !== undefined && ![resource].flat().includes(request.resource)) return false;
  if (group !== undefined && group !== request.group) return false;
  if (namespace !== undefined && namespace !== request.namespace) return false;
  return continued === undefined || (request.verb === 'list' && continued === isContinued(request));
}

function hasMeaning(effect: KubeFaultEffect, request: ApiRequest): boolean {
  const isList = request.verb === 'list';
  switch (effect.kind) {
    case 'gone-event':
    case 'truncate-line':
    case 'close':
      return request.verb === 'watch';
    case 'expired-continue':
      return isContinued(request);
    case 'stale-list':
    case 'empty-list-then-error':
      return isList;
    case 'page-size':
      return isList && (request.query.limit ?? '') !== '';
    case 'watch-cache-not-ready':
      return isList || request.verb === 'watch';
    default:
      return true;
  }
}

function isContinued({ verb, query }: ApiRequest): boolean {
  return verb === 'list' && (query.continue ?? '') !== '';
}
