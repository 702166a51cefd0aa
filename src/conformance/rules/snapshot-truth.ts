import type { KubeObject } from '../../kube/kube-object.js';
import type { ExampleEntry, FindingDraft, Rule, TruthRule } from '../rule.js';
import { kubeTypes } from '../truth/kube-type.js';
import type { TruthObject } from '../truth/truth-history.js';
import { at, changed, exampleSnapshot, uid, upload, without } from './common/example-upload.js';
import { createFindingCollector, notJudged, passed } from './common/judgement.js';
import { document } from './common/source.js';
import { shown } from './common/text.js';

const source = `${document}: an upload holds all resources of the cluster as they are`;

const complete: TruthRule = {
  id: 'snapshot/complete',
  scope: 'truth',
  level: 'must',
  demand: 'Every object that Kubernetes holds, of the types in force, is in the upload.',
  why: 'What is not in the upload counts as deleted, and what belongs to it goes too.',
  source,
  implies: [
    'snapshot/required-types',
    'reference/namespace-uploaded',
    'reference/owner-uploaded',
    'reference/node-uploaded',
  ],
  example: {
    breaks: { calls: [upload({ entries: without(exampleSnapshot(), '*v1.Service') })], kubernetes: heldObjects() },
    keeps: { calls: [upload()], kubernetes: heldObjects() },
  },
  judge({ expected, missing }) {
    if (expected === 0) return notJudged('Kubernetes held no object of the types in force');
    if (missing.total === 0) return passed;
    const findings = missing.items.map(
      (object): FindingDraft => ({
        ...placeOf(object),
        type: object.type.type,
        found: `no entry for ${object.type.kind} ${shown(object.name)} (uid ${object.uid})`,
        expected: `all ${object.type.resource} that Kubernetes holds`,
        message: `Kubernetes holds this ${object.type.kind}, and the upload does not: DeepFlow deletes what is absent. Upload all objects each time.`,
      }),
    );
    return { status: 'failed', findings, total: missing.total };
  },
};

const nothingExtra: TruthRule = {
  id: 'snapshot/nothing-extra',
  scope: 'truth',
  level: 'must',
  demand: 'An upload holds nothing that Kubernetes no longer holds, or never held.',
  why: 'DeepFlow goes on to show what is gone, and gives its addresses to the wrong Pods.',
  source,
  example: {
    breaks: { calls: [upload({ entries: [...exampleSnapshot(), strayNamespace()] })], kubernetes: heldObjects() },
    keeps: { calls: [upload()], kubernetes: heldObjects() },
  },
  judge({ extra }) {
    if (extra.total === 0) return passed;
    const findings = extra.items.map(
      ({ entry, meta, wasHeld }): FindingDraft => ({
        entry: entry.index,
        ...placeOf(meta),
        type: entry.type,
        found: `uid ${meta.uid}, which Kubernetes ${wasHeld ? 'no longer holds' : 'never held'}`,
        expected: 'only what Kubernetes holds',
        message: wasHeld
          ? 'The object was deleted in Kubernetes and is still uploaded: leave out what a DELETED event names, and what a list no longer holds.'
          : 'Kubernetes never held an object with this uid: upload objects as the Kubernetes API gives them.',
      }),
    );
    return { status: 'failed', findings, total: extra.total };
  },
};

const faithful: TruthRule = {
  id: 'snapshot/faithful',
  scope: 'truth',
  level: 'must',
  demand: 'The needed fields that an upload carries equal what Kubernetes holds.',
  why: 'DeepFlow shows and tags by what is uploaded: an old address or label leads to the wrong Pod or Service.',
  source,
  example: {
    breaks: {
      calls: [
        upload({
          entries: changed(exampleSnapshot(), '*v1.Service', (service) => ({
            ...service,
            spec: { ...at(service, 'spec'), clusterIP: '10.96.0.77' },
          })),
        }),
      ],
      kubernetes: heldObjects(),
    },
    keeps: { calls: [upload()], kubernetes: heldObjects() },
  },
  implies: ['service/cluster-ip'],
  judge({ fields, mistyped, matched }) {
    if (matched === 0) return notJudged('the upload holds no object that Kubernetes holds');
    const findings = createFindingCollector();
    for (const { entry, object } of mistyped.items) {
      findings.add(() => ({
        entry: entry.index,
        ...placeOf(object),
        type: entry.type,
        found: `a ${object.type.kind} in an entry of type ${entry.type}`,
        expected: `type ${object.type.type}`,
        message: 'The server reads an object by the type of its entry: name the type that it is of.',
      }));
    }
    let total = mistyped.total;
    for (const { changed: different } of fields.values()) {
      total += different.total;
      for (const { entry, object, path, held, found, stale } of different.items) {
        findings.add(() => ({
          entry: entry.index,
          ...placeOf(object),
          type: entry.type,
          found: `${path} ${shown(found)}${stale ? ', as it was before' : ''}`,
          expected: held === '' ? `no ${path}, as Kubernetes holds none` : `${path} ${shown(held)}`,
          message: stale
            ? 'The object has changed in Kubernetes since: upload what a MODIFIED event or the last list gave.'
            : 'Kubernetes never held this value: upload the needed fields as they are.',
        }));
      }
    }
    const judgement = findings.judgement();
    return judgement.status === 'failed' ? { ...judgement, total } : judgement;
  },
};

function placeOf({ uid: objectUid, namespace, name }: Pick<TruthObject, 'uid' | 'namespace' | 'name'>) {
  return { uid: objectUid, ...(namespace === '' ? {} : { namespace }), name };
}

function strayNamespace(): ExampleEntry {
  return { type: '*v1.Namespace', object: { metadata: { uid: uid('f2'), name: 'long-gone' } } };
}

/** What Kubernetes holds where an agent is right to upload the example. */
function heldObjects(): KubeObject[] {
  return exampleSnapshot().flatMap(({ type, object }): KubeObject[] => {
    const known = kubeTypes.find((each) => each.type === type);
    if (known === undefined) return [];
    const { metadata, ...rest } = object as { metadata: KubeObject['metadata'] };
    const apiVersion = known.group === '' ? 'v1' : `${known.group}/v1`;
    return [{ ...rest, apiVersion, kind: known.kind, metadata: { ...metadata, resourceVersion: '1' } }];
  });
}

export const snapshotTruthRules: readonly Rule[] = [complete, nothingExtra, faithful];
