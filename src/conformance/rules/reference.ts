import { compatTraits } from '../../kube/compat.js';
import type { FindingDraft, Judgement, Rule, SnapshotRule } from '../rule.js';
import { at, changed, exampleSnapshot, uid, upload } from './common/example-upload.js';
import { createFindingCollector, notJudged, passed } from './common/judgement.js';
import { type LostOwner, type LostTarget, pointersOf } from './common/pointers.js';
import { indexOf, placeOf } from './common/snapshot-index.js';
import { document } from './common/source.js';
import { counted, shown } from './common/text.js';
import { ownerType } from './common/types.js';

const untrusted = notJudged('the upload itself says, by error_msg, that it is not to be trusted');
const unclear = notJudged('some of the objects that are pointed at could not be read or identified');

const namespaceUploaded: SnapshotRule = {
  id: 'reference/namespace-uploaded',
  scope: 'snapshot',
  level: 'must',
  demand: 'The namespace that an object names is in the same upload.',
  why: 'The server leaves out every object whose Namespace is not in the snapshot, and with a workload its Pods.',
  source: 'deepflow-server behaviour: objects are looked up by the name of their Namespace within one snapshot',
  implies: ['snapshot/complete'],
  example: {
    breaks: {
      calls: [
        upload({
          entries: changed(exampleSnapshot(), '*v1.Service', (service) => ({
            ...service,
            metadata: { ...at(service, 'metadata'), namespace: 'billing' },
          })),
        }),
      ],
    },
    keeps: { calls: [upload()] },
  },
  judge(snapshot, _context, truth) {
    if (snapshot.errorMsg !== '') return untrusted;
    const index = indexOf(snapshot);
    const { namespaces, obscured, anonymous } = index;
    if (namespaces.size === 0 && !anonymous.has('*v1.Namespace')) {
      return notJudged('the upload holds no Namespace that can be read');
    }
    const { lostNamespaces } = pointersOf(index);
    const excused = obscured.has('*v1.Namespace') || anonymous.has('*v1.Namespace');
    const lost = heldOf(lostNamespaces, (name) => truth === null || truth.holdsNamespace(name));
    return judgeLost(lost, excused, (namespace, { count }) => ({
      found: `namespace ${shown(namespace)} of ${counted(count, 'object')}, which no uploaded Namespace has for a name`,
      expected: `an entry of type *v1.Namespace with metadata.name ${shown(namespace)}`,
      message: 'The server leaves out objects whose Namespace is not in the same upload: upload all Namespaces.',
    }));
  },
};

const ownerUploaded: SnapshotRule = {
  id: 'reference/owner-uploaded',
  scope: 'snapshot',
  level: 'must',
  demand:
    'The workload that a Pod or a ReplicaSet names as its owner is in the same upload, if its kind can be uploaded.',
  why: 'A Pod is shown only under a workload of the same snapshot: without it the Pod counts as deleted.',
  source: `${document}: workloads are to be uploaded according to the workload types of the Pods`,
  implies: ['snapshot/complete'],
  example: {
    breaks: {
      calls: [
        upload({
          entries: changed(exampleSnapshot(), '*v1.ReplicaSet', (replicaSet) => ({
            ...replicaSet,
            metadata: { ...at(replicaSet, 'metadata'), uid: uid('e5') },
          })),
        }),
      ],
    },
    keeps: { calls: [upload()] },
  },
  judge(snapshot, { compat }, truth) {
    if (snapshot.errorMsg !== '') return untrusted;
    const index = indexOf(snapshot);
    const { types, obscured, anonymous } = index;
    const { lostOwners, podOwnerKinds, replicaSetOwnerKinds } = pointersOf(index);
    const supported = compatTraits[compat].podOwnerKinds;
    // Where a whole type is absent, snapshot/required-types says so.
    const uploadedType = (kind: string): string | null => {
      const type = supported.has(kind) ? ownerType(kind, compat) : null;
      return type !== null && types.has(type) ? type : null;
    };
    if (![...podOwnerKinds.keys(), ...replicaSetOwnerKinds.keys()].some((kind) => uploadedType(kind) !== null)) {
      return notJudged('no object of the upload names an owner of an uploaded type');
    }
    const lost = new Map<string, LostOwner>();
    let unclearOwners = false;
    for (const [ownerUid, target] of lostOwners) {
      const type = uploadedType(target.owner.kind);
      if (type === null || (truth !== null && !truth.holds(ownerUid))) continue;
      if (obscured.has(type) || anonymous.has(type)) unclearOwners = true;
      else lost.set(ownerUid, target);
    }
    if (unclearOwners && lost.size === 0) return unclear;
    return judgeLost(lost, false, (ownerUid, { count, owner }) => ({
      found: `${owner.kind} ${shown(owner.name)} (uid ${shown(ownerUid)}), the owner of ${counted(count, 'object')}, is not uploaded`,
      expected: 'the owner in the same upload, with this uid',
      message:
        'What belongs to a workload that is not in the same upload is not shown: upload owner and owned together.',
    }));
  },
};

const nodeUploaded: SnapshotRule = {
  id: 'reference/node-uploaded',
  scope: 'snapshot',
  level: 'should',
  demand: 'The hostIP of a Pod is the first InternalIP of a Node in the same upload.',
  why: 'The server finds the Node of a Pod by this address; without a match the Pod is shown on no Node.',
  source: `${document}: status.hostIP is the Node IP; deepflow-server behaviour: only the first InternalIP of a Node counts`,
  implies: ['snapshot/complete'],
  example: {
    breaks: {
      calls: [
        upload({
          entries: changed(exampleSnapshot(), '*v1.Pod', (pod) => ({
            ...pod,
            status: { ...at(pod, 'status'), hostIP: '10.0.0.99' },
          })),
        }),
      ],
    },
    keeps: { calls: [upload()] },
  },
  judge(snapshot, _context, truth) {
    if (snapshot.errorMsg !== '') return untrusted;
    const index = indexOf(snapshot);
    const nodes = index.kinds.node.objects;
    if (nodes.length === 0) return notJudged('the upload holds no Node that can be read');
    const { lostNodes, placedPods } = pointersOf(index);
    if (placedPods === 0) return notJudged('no Pod of the upload has a hostIP');
    const excused = index.obscured.has('*v1.Node') || nodes.some(({ reading }) => !reading.internalIp);
    const lost = heldOf(lostNodes, (address) => truth === null || truth.holdsNodeAddress(address));
    return judgeLost(lost, excused, (hostIp, { count }) => ({
      found: `hostIP ${shown(hostIp)} of ${counted(count, 'Pod')}, which is the first InternalIP of no uploaded Node`,
      expected: 'a Node whose first address of type InternalIP is this one',
      message:
        'The server finds the Node of a Pod by this address: upload all Nodes, with the InternalIP that Pods report first.',
    }));
  },
};

/** Of what is pointed at, what Kubernetes itself holds: it also keeps objects whose owner was deleted. */
function heldOf<Target>(lost: ReadonlyMap<string, Target>, isHeld: (key: string) => boolean): Map<string, Target> {
  return new Map([...lost].filter(([key]) => isHeld(key)));
}

/** @param excused what is lost may be among what could not be read */
function judgeLost<Target extends LostTarget>(
  lost: ReadonlyMap<string, Target>,
  excused: boolean,
  describe: (key: string, target: Target) => Pick<FindingDraft, 'found' | 'expected' | 'message'>,
): Judgement {
  if (lost.size === 0) return passed;
  if (excused) return unclear;
  const findings = createFindingCollector();
  for (const [key, target] of lost) findings.add(() => ({ ...placeOf(target.first), ...describe(key, target) }));
  return findings.judgement();
}

export const referenceRules: readonly Rule[] = [namespaceUploaded, ownerUploaded, nodeUploaded];
