import type { Rule } from '../rule.js';
import { scenarioRule } from './common/scenario-rule.js';
import { document } from './common/source.js';

/** What the agent reports when the Kubernetes API fails. */
export const errorTroubleRules: readonly Rule[] = [
  scenarioRule({
    id: 'error/reported',
    level: 'must',
    demand: 'When the Kubernetes API fails, the next requests carry error_msg.',
    why: 'Otherwise nobody learns that what DeepFlow shows is no longer refreshed.',
    source: `${document}: field error_msg`,
    story: {
      breaks:
        'The Kubernetes API answers 503 to everything; the agent goes on with heartbeats as if nothing had happened.',
      keeps: 'The Kubernetes API answers 503 to everything; the next request says so in error_msg.',
    },
  }),
  scenarioRule({
    id: 'error/cleared-after-recovery',
    level: 'must',
    demand: 'Once the Kubernetes API works again, error_msg is empty again.',
    why: 'The server takes over no resources while error_msg is set: the cluster stays as it was when the error came.',
    source: 'deepflow-server behaviour: a stored error_msg makes the gathering of the cluster fail',
    story: {
      breaks: 'The Kubernetes API recovers; the agent goes on to report the error of an hour ago.',
      keeps: 'The Kubernetes API recovers; the next request has an empty error_msg.',
    },
  }),
  scenarioRule({
    id: 'error/no-partial-snapshot',
    level: 'must',
    demand:
      'A type that could not be listed is never uploaded as if none of it existed: the last good set is kept, or the error reported.',
    why: 'The server takes absent objects for deleted, and deletes them at once.',
    source: 'deepflow-server behaviour: each upload is the whole truth of its cluster',
    implies: [
      'snapshot/complete',
      'snapshot/required-types',
      'reference/namespace-uploaded',
      'reference/owner-uploaded',
      'reference/node-uploaded',
      'snapshot/usable-node',
    ],
    story: {
      breaks: 'The list of Pods is answered 500; the agent uploads everything else, without error_msg.',
      keeps: 'The list of Pods is answered 500; the agent repeats the last version and entries with error_msg.',
    },
  }),
];
