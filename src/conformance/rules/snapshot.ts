import { compatTraits } from '../../kube/compat.js';
import { ingressTypesByPreference } from '../../kube/type-strings.js';
import type { Rule, SnapshotRule } from '../rule.js';
import { changed, exampleSnapshot, upload, without } from './common/example-upload.js';
import { createFindingCollector, failedWith, notJudged, passed } from './common/judgement.js';
import { pointersOf } from './common/pointers.js';
import { indexOf, placeOf, type SnapshotIndex } from './common/snapshot-index.js';
import { byCompat, document, serversOnly } from './common/source.js';
import { counted, shown } from './common/text.js';
import { ownerType } from './common/types.js';

const alwaysRequired = ['*v1.Node', '*v1.Namespace', '*v1.Pod'];

const entryUnique: SnapshotRule = {
  id: 'entry/unique',
  scope: 'snapshot',
  level: 'must',
  demand: 'Each uid occurs in one entry of an upload.',
  why: 'An upload is a set of objects: of two entries with one uid, an older state may be the one that is shown.',
  source: `${document}: metadata.uid is the unique identity of an object`,
  example: {
    breaks: {
      calls: [
        upload({ entries: exampleSnapshot().flatMap((each) => (each.type === '*v1.Service' ? [each, each] : [each])) }),
      ],
    },
    keeps: { calls: [upload()] },
  },
  judge(snapshot) {
    const { duplicates, duplicateCount } = indexOf(snapshot);
    if (duplicateCount === 0) return passed;
    const findings = duplicates.map(({ entry, uid, first }) => ({
      entry: entry.index,
      type: entry.type,
      uid,
      found: `uid ${shown(uid)} again, after entry ${first}`,
      expected: 'one entry for each uid',
      message: 'The object is in the upload more than once: key what is uploaded by uid and keep the newest state.',
    }));
    return { status: 'failed', findings, total: duplicateCount };
  },
};

const versionInfo: SnapshotRule = {
  id: 'snapshot/version-info',
  scope: 'snapshot',
  level: byCompat('info', 'must', 'must'),
  demand: 'An upload has an entry of type *version.Info with a gitVersion.',
  why: 'Without it the server gives up the whole snapshot: "not found k8s version info".',
  source:
    'deepflow-server behaviour: the entry holds the answer of the Kubernetes API to GET /version (the document leaves it out)',
  example: {
    breaks: { calls: [upload({ entries: without(exampleSnapshot(), '*version.Info') })] },
    keeps: { calls: [upload()] },
  },
  judge(snapshot) {
    const index = indexOf(snapshot);
    const [first] = index.kinds.version.objects;
    if (first?.reading.gitVersion) return passed;
    if (index.obscured.has('*version.Info')) return notJudged('the *version.Info entry could not be read');
    return failedWith({
      ...(first === undefined ? {} : placeOf(first)),
      found: first === undefined ? 'no *version.Info entry' : 'a *version.Info entry without gitVersion',
      expected: 'an entry of type *version.Info such as {"gitVersion": "v1.30.2"}',
      message:
        'The server gives up the whole snapshot without it: add the answer of GET /version as an entry of this type.',
    });
  },
};

const requiredTypes: SnapshotRule = {
  id: 'snapshot/required-types',
  scope: 'snapshot',
  level: 'must',
  demand: 'An upload has Nodes, Namespaces and Pods, and the types of all workloads that own its Pods.',
  why: 'What is not in the upload counts as deleted, and what belongs to it goes too: without Namespaces nothing but Nodes is left.',
  source: `${document}: explanation of KubernetesAPIInfo`,
  implies: ['snapshot/complete'],
  example: {
    breaks: { calls: [upload({ entries: without(exampleSnapshot(), '*v1.StatefulSet') })] },
    keeps: { calls: [upload()] },
  },
  judge(snapshot, { compat }, truth) {
    if (snapshot.errorMsg !== '')
      return notJudged('the upload itself says, by error_msg, that it is not to be trusted');
    const index = indexOf(snapshot);
    const { types } = index;
    const findings = createFindingCollector();
    for (const type of alwaysRequired) {
      if (types.has(type) || (truth !== null && !truth.heldTypes.has(type))) continue;
      findings.add(() => ({
        type,
        found: `no entry of type ${type}`,
        expected: 'all objects of this type in every upload with entries',
        message: 'Every upload needs this type: the server takes absent objects for deleted.',
      }));
    }
    const { podOwnerKinds, replicaSetOwnerKinds } = pointersOf(index);
    const tell = (type: string, count: number, message: string): void =>
      findings.add(() => ({
        type,
        found: `no entry of type ${type}, though ${counted(count, 'object')} of the upload ${count === 1 ? 'has' : 'have'} an owner of this kind`,
        expected: 'all objects of this type',
        message,
      }));
    const isHeld = (type: string): boolean => truth === null || truth.heldTypes.has(type);
    for (const [kind, count] of podOwnerKinds) {
      const type = compatTraits[compat].podOwnerKinds.has(kind) ? ownerType(kind, compat) : null;
      if (type === null || types.has(type) || !isHeld(type)) continue;
      tell(type, count, `Pods without their workload are not shown: upload all objects of type ${type}.`);
    }
    for (const kind of replicaSetOwnerKinds.keys()) {
      const type = ownerType(kind, compat);
      if (type === null || types.has(type) || podOwnerKinds.has(kind) || !isHeld(type)) continue;
      const count = replicaSetsWithPods(index, kind);
      if (count === 0) continue;
      const lost = 'ReplicaSets without their workload are shown as workloads of their own';
      tell(type, count, `${lost}: upload all objects of type ${type}.`);
    }
    return findings.judgement();
  },
};

const usableNode: SnapshotRule = {
  id: 'snapshot/usable-node',
  scope: 'snapshot',
  level: 'must',
  demand: 'At least one Node has a uid, a name and an InternalIP.',
  why: 'The server gives up a snapshot without such a Node: "invalid pod node count (0)".',
  source:
    'deepflow-server behaviour: Nodes without one of these are left out, and a snapshot without Nodes is rejected',
  implies: ['node/uid', 'node/name', 'node/internal-ip'],
  example: {
    breaks: {
      calls: [
        upload({
          entries: changed(exampleSnapshot(), '*v1.Node', (node) => ({
            ...node,
            status: { ...(node.status as object), addresses: [{ type: 'Hostname', address: 'node-1' }] },
          })),
        }),
      ],
    },
    keeps: { calls: [upload()] },
  },
  judge(snapshot, { compat }) {
    const { kinds, obscured } = indexOf(snapshot);
    const nodes = kinds.node.objects;
    const { acceptsEmptyNodeAddress } = compatTraits[compat];
    for (const { reading } of nodes) {
      if (reading.meta.uid === '' || reading.meta.name === '' || reading.internalIp === null) continue;
      if (reading.internalIp !== '' || acceptsEmptyNodeAddress) return passed;
    }
    if (obscured.has('*v1.Node')) return notJudged('a Node of the upload could not be read');
    const [first] = nodes;
    if (first === undefined) return notJudged('the upload holds no Node: see snapshot/required-types');
    const { uid, name } = first.reading.meta;
    const lacking = uid === '' ? 'metadata.uid' : name === '' ? 'metadata.name' : 'an address of type InternalIP';
    return failedWith({
      ...placeOf(first),
      found: `${counted(nodes.length, 'Node')}, none of them usable; the first one lacks ${lacking}`,
      expected: 'metadata.uid, metadata.name and status.addresses with type InternalIP',
      message: 'The server rejects a snapshot in which no Node is usable: send these fields of every Node.',
    });
  },
};

const oneIngressType: SnapshotRule = {
  id: 'snapshot/one-ingress-type',
  scope: 'snapshot',
  level: serversOnly('must'),
  demand: 'Of *v1.Ingress, *v1.Route and *v1beta1.Ingress only one type has entries.',
  why: 'The server reads the first of these types that has entries; what comes under the others is not shown.',
  source: 'deepflow-server behaviour: *v1.Ingress before *v1.Route before *v1beta1.Ingress',
  example: {
    breaks: { calls: [upload({ entries: [...exampleSnapshot(), secondIngress()] })] },
    keeps: { calls: [upload()] },
  },
  judge(snapshot) {
    const { types } = indexOf(snapshot);
    const present = ingressTypesByPreference.filter((type) => types.has(type));
    const [read, ...unread] = present;
    if (read === undefined) return notJudged('the upload holds no Ingress');
    const findings = createFindingCollector();
    for (const type of unread) {
      const entry = snapshot.entries.find((each) => each.type === type);
      findings.add(() => ({
        ...(entry === undefined ? {} : { entry: entry.index }),
        type,
        found: `entries of type ${type} beside ${read}`,
        expected: `all Ingresses and Routes under ${read}`,
        message: `The server reads ${read} only and shows none of ${type}: send them all under one type, *v1.Ingress.`,
      }));
    }
    return findings.judgement();
  },
};

/** ReplicaSets whose owner is of this kind and that own a Pod themselves. */
function replicaSetsWithPods({ kinds }: SnapshotIndex, ownerKind: string): number {
  const owning = new Set(kinds.pod.objects.map(({ reading }) => reading.owner.first?.uid ?? ''));
  return kinds.replicaset.objects.filter(
    ({ reading }) => reading.owner.first?.kind === ownerKind && owning.has(reading.meta.uid),
  ).length;
}

function secondIngress() {
  const uid = '5e1d7c00-0000-4000-8000-0000000000f0';
  const backend = { service: { name: 'web', port: { number: 80 } } };
  const rules = [{ host: 'www.example.org', http: { paths: [{ path: '/', backend }] } }];
  return { type: '*v1.Ingress', object: { metadata: { uid, name: 'www', namespace: 'shop' }, spec: { rules } } };
}

export const snapshotRules: readonly Rule[] = [entryUnique, versionInfo, requiredTypes, usableNode, oneIngressType];
