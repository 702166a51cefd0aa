import type { KubeRequest } from '../../kube/kube-object.js';
import type { ObservedAgentCall } from './observed-agents.js';
import type { ObservedCall } from './observed-call.js';

export function callText({ version, entryCount, errorMsg, status, size }: ObservedCall): string {
  const what = entryCount === 0 ? 'no entries' : `${entryCount} entries, ${size} bytes`;
  const error = errorMsg === '' ? '' : `, error_msg ${JSON.stringify(errorMsg.slice(0, 120))}`;
  return `version ${version}, ${what}${error}${status === 0 ? '' : `; answered with status ${status}`}`;
}

export function agentCallText({ status, agent }: ObservedAgentCall): string {
  const names = { sync: 'Sync', push: 'Push', genesis: 'GenesisSync', query: 'Query', upgrade: 'Upgrade' } as const;
  const chosen =
    agent.kind === 'sync' && agent.answer !== null ? `, kubernetes_api_enabled ${agent.answer.chosen}` : '';
  return `${names[agent.kind]}${chosen}${status === 0 ? '' : `; answered with status ${status}`}`;
}

export function requestText({ verb, resource, group, query, status, fault }: KubeRequest): string {
  const version = query.resourceVersion === undefined ? '' : ` from resourceVersion ${query.resourceVersion}`;
  const of = resource === '' ? '' : ` ${resource}${group === '' ? '' : `.${group}`}`;
  return `${verb}${of}${version}${status === 0 || status === 200 ? '' : `: ${status}`}${fault === null ? '' : ` (${fault})`}`;
}
