import type { Rule } from '../rule.js';
import { scenarioRule } from './common/scenario-rule.js';

const source = 'gRPC: status codes and connection back-off; a reporter has to outlive its server';

/** What the agent does when the server, or the way to it, fails. */
export const transportTroubleRules: readonly Rule[] = [
  scenarioRule({
    id: 'transport/backs-off',
    level: 'must',
    demand: 'After UNAVAILABLE the agent waits before it calls again, and it keeps trying for ever.',
    why: 'A loop without a pause keeps a server down that tries to come up; an agent that gives up is silent until somebody restarts it.',
    source,
    story: {
      breaks: 'The server answers UNAVAILABLE; the agent calls again within milliseconds, hundreds of times.',
      keeps:
        'The server answers UNAVAILABLE; the agent waits, longer each time up to a bound, and reports once the server is back.',
    },
  }),
  scenarioRule({
    id: 'transport/resends-after-failed-call',
    level: 'must',
    demand: 'An upload whose call failed is sent again.',
    why: 'The server has not got it. Without agent_id no answer ever tells the agent, so that nothing else heals it.',
    source: 'deepflow-server behaviour: an answer without a version asks for nothing',
    implies: ['change/added-appears', 'snapshot/complete'],
    story: {
      breaks:
        'The call with a new version fails; the agent takes the version for uploaded and goes on with heartbeats.',
      keeps: 'The call with a new version fails; the next call carries all entries again.',
    },
  }),
  scenarioRule({
    id: 'transport/survives-goaway',
    level: 'must',
    demand: 'After the server has drained the connection (GOAWAY), with or without grace, reports go on.',
    why: 'Servers and proxies drain connections at every rollout.',
    source,
    story: {
      breaks: 'The connection is drained; the agent ends, or calls into the dead connection for ever.',
      keeps: 'The connection is drained; the next report opens a new one.',
    },
  }),
  scenarioRule({
    id: 'transport/survives-reset',
    level: 'must',
    demand: 'After the connection was reset, or refused for a time, reports go on.',
    why: 'A report that never comes again looks like a cluster that is gone, after 24 h.',
    source,
    story: {
      breaks: 'The connection is reset; the agent ends with the error.',
      keeps: 'The connection is reset; the agent connects again and reports.',
    },
  }),
  scenarioRule({
    id: 'transport/survives-hang',
    level: 'should',
    demand: 'A call that is never answered ends by a deadline of the agent itself, within 60 s.',
    why: 'A call without deadline waits for ever for a server that died without a word.',
    source,
    story: {
      breaks: 'The server never answers; the agent waits for ever.',
      keeps: 'The server never answers; the agent gives up after 30 s and reports again.',
    },
  }),
];
