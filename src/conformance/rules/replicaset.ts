import type { EntryRule, Rule } from '../rule.js';
import { at, changed, exampleSnapshot, upload } from './common/example-upload.js';
import { failedWith, notJudged, passed } from './common/judgement.js';
import { byCompat } from './common/source.js';

const notReplicaSet = notJudged('the entry holds no ReplicaSet');
const withoutOwner = notJudged('the ReplicaSet has no ownerReferences');

const ownerReferencesArray: EntryRule = {
  id: 'replicaset/owner-references-array',
  scope: 'entry',
  level: byCompat('info', 'must', 'must'),
  demand: 'metadata.ownerReferences of a ReplicaSet is an array, as Kubernetes has it.',
  why: 'Anything else counts as absent: the ReplicaSet is left out, and with it every Pod of the Deployment.',
  source: 'deepflow-server behaviour: the owner is element 0 of an array (the example in the document shows an object)',
  example: {
    breaks: {
      calls: [
        upload({
          entries: changed(exampleSnapshot(), '*v1.ReplicaSet', (replicaSet) => ({
            ...replicaSet,
            metadata: {
              ...at(replicaSet, 'metadata'),
              ownerReferences: at(replicaSet, 'metadata', 'ownerReferences', 0),
            },
          })),
        }),
      ],
    },
    keeps: { calls: [upload()] },
  },
  judge({ decoded }) {
    let judgement = notReplicaSet;
    for (const reading of decoded.readings) {
      if (reading.kind !== 'replicaset') continue;
      const { shape } = reading.owner;
      if (shape === 'object' || shape === 'other') {
        return failedWith({
          found: shape === 'object' ? 'metadata.ownerReferences is an object' : 'metadata.ownerReferences is no array',
          expected: 'an array of owners, e.g. [{"kind": "Deployment", "name": "web", "uid": "..."}]',
          message:
            'The server takes this for a ReplicaSet without owner and leaves it out: send ownerReferences as an array.',
        });
      }
      if (shape === 'array') judgement = passed;
      else if (judgement === notReplicaSet) judgement = withoutOwner;
    }
    return judgement;
  },
};

export const replicaSetRules: readonly Rule[] = [ownerReferencesArray];
