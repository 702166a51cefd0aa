import type { Rule } from '../rule.js';
import { scenarioRule } from './common/scenario-rule.js';
import { document } from './common/source.js';

const source = `${document}: an upload holds all resources of the cluster as they are, and another one follows each change`;
const allowance = 'within twice the report interval, or 5 s where that is longer';

export const changeRules: readonly Rule[] = [
  scenarioRule({
    id: 'change/added-appears',
    level: 'must',
    demand: `An object that is created in Kubernetes is uploaded, ${allowance}.`,
    why: 'Traffic of a new Pod or Service has no name in DeepFlow until the object is uploaded.',
    source,
    implies: ['snapshot/complete'],
    story: {
      breaks: 'A Service is created; the agent goes on with heartbeats of the version before.',
      keeps: 'A Service is created; the next report has a new version and an entry with its uid.',
    },
  }),
  scenarioRule({
    id: 'change/modified-appears',
    level: 'must',
    demand: `A change of a needed field is uploaded, ${allowance}.`,
    why: 'DeepFlow goes on to show the old address, labels or owner.',
    source,
    implies: ['snapshot/faithful'],
    story: {
      breaks: 'The labels of a Deployment change; the agent reads new and deleted objects only.',
      keeps: 'The labels of a Deployment change; the next report has a new version and the new labels.',
    },
  }),
  scenarioRule({
    id: 'change/deleted-disappears',
    level: 'must',
    demand: `An object that is deleted in Kubernetes is gone from the uploads, ${allowance}.`,
    why: 'What is uploaded counts as alive: DeepFlow gives the address of the deleted Pod to nobody else.',
    source,
    implies: ['snapshot/nothing-extra'],
    story: {
      breaks: 'A Pod is deleted; the agent, which only adds to what it holds, uploads it again and again.',
      keeps: 'A Pod is deleted; the next report has a new version and no entry with its uid.',
    },
  }),
  scenarioRule({
    id: 'change/recreated-has-new-uid',
    level: 'must',
    demand:
      'Where an object is deleted and created again under its name, the upload with the new uid has not the old one.',
    why: 'DeepFlow knows objects by uid: the old one would stay beside the new one, with the same name.',
    source: `${document}: metadata.uid is the unique identity of an object`,
    implies: ['snapshot/nothing-extra', 'snapshot/complete', 'change/deleted-disappears'],
    story: {
      breaks: 'A StatefulSet Pod is recreated; the agent keeps objects by name and uploads the uid of the one before.',
      keeps: 'A StatefulSet Pod is recreated; one upload holds the new uid, and the old one is gone from it.',
    },
  }),
  scenarioRule({
    id: 'change/last-of-type-disappears',
    level: 'must',
    demand: `When the last object of a type is deleted, no entry of it is left, ${allowance}.`,
    why: 'An agent that takes an empty list for a failure shows the last Ingress for ever.',
    source:
      'deepflow-agent behaviour: a list without objects keeps the entries of the list before, which is a fault of it',
    implies: ['change/deleted-disappears', 'snapshot/nothing-extra'],
    story: {
      breaks:
        'The only Ingress is deleted while the watch is broken; the new list is empty, and the agent keeps what it had.',
      keeps: 'The only Ingress is deleted; the next upload holds none.',
    },
  }),
];
