import type { Rule } from '../rule.js';
import { scenarioRule } from './common/scenario-rule.js';
import { serversOnly } from './common/source.js';

/** What a managed agent does when the server, or the way to it, fails, and when it is offered what it must not take. */
export const agentTroubleRules: readonly Rule[] = [
  scenarioRule({
    id: 'push/reopens',
    level: serversOnly('must'),
    demand: 'When its Push stream breaks or ends, a managed agent opens another one, also where that fails at first.',
    why: 'Changes reach an agent by Push; without a stream they wait for its next Sync, a minute or more.',
    source: 'deepflow-agent behaviour: Push is opened again 10 s after its end',
    story: {
      breaks: 'The connection is reset; the agent goes on with Sync and never opens Push again.',
      keeps: 'The connection is reset; 10 s later the agent has another stream, and is told the next change over it.',
    },
  }),
  scenarioRule({
    id: 'escape/keeps-trying',
    level: serversOnly('must'),
    demand:
      'While Sync fails, up to max_escape_duration, the agent goes on to call it, with pauses; it moves to proxy_controller_ip when it is told one, and back to the configured address when nobody answers there.',
    why: 'An agent that gives up, or that stays with an address which is gone, is lost until somebody restarts it.',
    source:
      'deepflow-agent behaviour: a call that failed changes the address; after max_escape_duration (3600 s) without an answer the agent ends, and is started again',
    story: {
      breaks: 'Sync fails at the address that the agent moved to; the agent ends, or calls that address for ever.',
      keeps:
        'Sync fails at the address that the agent moved to; after a pause the next one goes to the configured address.',
    },
  }),
  scenarioRule({
    id: 'upgrade/verifies-md5',
    level: serversOnly('must'),
    demand:
      'An agent that was offered a binary whose MD5 is not the announced one does not take it: it never confirms that revision.',
    why: 'A binary that was cut or changed on its way would be started in place of the agent, on every machine.',
    source: 'deepflow-agent behaviour: Upgrade announces md5 and total_len with each packet',
    story: {
      breaks: 'The binary does not have the announced MD5; the next Sync of the agent carries the new revision.',
      keeps: 'The binary does not have the announced MD5; the agent drops it, stays with its revision and goes on.',
    },
  }),
];
