import { type NeededField, neededFields } from '../../kube/needed-fields.js';
import type { ExampledRule, ExampleEntry, Judgement, Rule, SnapshotRule } from '../rule.js';
import type { FieldDifference, TruthComparison } from '../truth/comparison.js';
import { exampleConfigMap, exampleSnapshot, upload, without } from './common/example-upload.js';
import { createFindingCollector, failedWith, notJudged, passed } from './common/judgement.js';
import { removePath } from './common/remove-path.js';
import { indexOf, placeOf } from './common/snapshot-index.js';
import { document } from './common/source.js';
import { counted, shown } from './common/text.js';

/** The families whose needed fields have a rule each, and what their objects are called. */
const families = {
  node: { noun: 'Node', plural: 'Nodes', section: '*v1.Node' },
  namespace: { noun: 'Namespace', plural: 'Namespaces', section: '*v1.Namespace' },
  workload: {
    noun: 'workload',
    plural: 'workloads',
    section: '*v1.Deployment/StatefulSet/DaemonSet/ReplicationController',
  },
  replicaset: { noun: 'ReplicaSet', plural: 'ReplicaSets', section: '*v1.ReplicaSet' },
  pod: { noun: 'Pod', plural: 'Pods', section: '*v1.Pod' },
  service: { noun: 'Service', plural: 'Services', section: '*v1.Service' },
  ingress: { noun: 'Ingress', plural: 'Ingresses', section: '*v1beta1.Ingress' },
  configmap: { noun: 'ConfigMap', plural: 'ConfigMaps', section: '*v1.ConfigMap' },
} as const;

type FieldFamily = keyof typeof families;

/** Kubernetes holds these of every object, so that a single object without one proves that the uploader lost it. */
const heldByEveryObject: ReadonlySet<string> = new Set(['metadata.uid', 'metadata.name', 'metadata.namespace']);

/** Kubernetes may hold none of these in a healthy cluster; a single object without one proves nothing. */
const oftenAbsent: ReadonlySet<string> = new Set([
  'metadata.labels',
  'spec.podCIDR',
  'spec.selector',
  'spec.template.spec.containers[].ports[]',
]);
const neededObjects = 2;

const implied: ReadonlyMap<string, readonly string[]> = new Map([
  ['node/uid', ['snapshot/usable-node']],
  ['node/name', ['snapshot/usable-node']],
  ['node/internal-ip', ['snapshot/usable-node']],
  ['node/pod-cidr', ['hazard/pod-subnet-known']],
  ['ingress/rules', ['ingress/host']],
]);

/**
 * One rule for each needed field: it counts as lost where Kubernetes holds it and the upload does not, or has a value that Kubernetes
 * never held. Without Kubernetes' own truth at hand it counts as lost where no object that should have it carries it.
 */
export const fieldRules: readonly Rule[] = (Object.keys(families) as FieldFamily[]).flatMap((family) =>
  neededFields[family].map((field, position) => fieldRule(family, field, 1 << position)),
);

function fieldRule(family: FieldFamily, field: NeededField, bit: number): SnapshotRule {
  const { noun, plural } = families[family];
  // A value that Kubernetes never held is not faithful either.
  const implies = [...(implied.get(field.id) ?? []), 'snapshot/faithful'];
  return {
    id: field.id,
    scope: 'snapshot',
    level: field.level,
    demand: heldByEveryObject.has(field.path)
      ? `Every uploaded ${noun} carries ${field.path}.`
      : `${plural} are uploaded with ${field.path}, where Kubernetes holds it.`,
    why: field.lost,
    source: sourceOf(family, field),
    implies,
    get example() {
      return exampleOf(family, field);
    },
    judge(snapshot, _context, truth) {
      const kind = indexOf(snapshot).kinds[family];
      const { readings, everyField, someField } = kind;
      if (readings.length === 0) return notJudged(`the upload holds no ${noun} that can be read`);
      if (heldByEveryObject.has(field.path)) {
        if ((everyField & bit) !== 0) return truth === null ? passed : judgeWithTruth(truth, field, noun);
        const findings = createFindingCollector();
        for (const located of kind.objects) {
          if ((located.reading.fields & bit) !== 0) continue;
          findings.add(() => ({
            ...placeOf(located),
            found: `no ${field.path}`,
            expected: `${field.path} as Kubernetes holds it, e.g. ${JSON.stringify(field.example)}`,
            message: `${field.lost} Send ${field.path} of every ${noun}.`,
          }));
        }
        return findings.judgement();
      }
      if (truth !== null) return judgeWithTruth(truth, field, noun);
      if ((someField & bit) !== 0) return passed;
      const expected = kind.objects.filter(({ reading }) => (reading.fieldsApplicable & bit) !== 0);
      const [first] = expected;
      if (first === undefined) return notJudged(`no ${noun} of the upload can be expected to have ${field.path}`);
      if (expected.length < neededObjects && oftenAbsent.has(field.path)) {
        return notJudged(
          `only ${counted(expected.length, noun, plural)} that may have ${field.path}: too few to tell whether it was lost`,
        );
      }
      return failedWith({
        ...placeOf(first),
        found: `no ${field.path} in ${expected.length === 1 ? `the only ${noun}` : `any of ${expected.length} ${plural}`} that should have it`,
        expected: `${field.path} as Kubernetes holds it, e.g. ${JSON.stringify(field.example)}`,
        message: `${field.lost} Send ${field.path} of every ${noun} that has it.`,
      });
    },
  };
}

/** A value that was right once is not the field's fault: snapshot/faithful tells. */
function judgeWithTruth(truth: TruthComparison, { id, path, lost }: NeededField, noun: string): Judgement {
  const field = truth.fields.get(id);
  if (field === undefined || field.held === 0) return notJudged(`Kubernetes holds no ${noun} with ${path}`);
  const findings = createFindingCollector();
  const tell = (difference: FieldDifference, found: string): void =>
    findings.add(() => ({
      ...heldPlaceOf(difference),
      found,
      expected: `${shown(difference.held)}, as Kubernetes holds it`,
      message: `${lost} Send ${path} of every ${noun} as it is.`,
    }));
  for (const difference of field.lost.items) tell(difference, `no ${path}`);
  for (const difference of field.changed.items) if (!difference.stale) tell(difference, shown(difference.found));
  const judgement = findings.judgement();
  // Of the changed ones only some were looked at, so that their number is not known.
  return judgement.status === 'failed'
    ? { ...judgement, total: Math.max(findings.total, field.lost.total) }
    : judgement;
}

function heldPlaceOf({ entry, object }: FieldDifference) {
  const { uid, namespace, name } = object;
  return { entry: entry.index, type: entry.type, uid, ...(namespace === '' ? {} : { namespace }), name };
}

function sourceOf(family: FieldFamily, field: NeededField): string {
  const section = `${document}: needed fields of ${families[family].section}`;
  const server = 'deepflow-server behaviour: what it reads of an object while it gathers a snapshot';
  if (field.demandedBy === 'doc') return section;
  return field.demandedBy === 'server' ? server : `${section}; ${server}`;
}

function exampleOf(family: FieldFamily, field: NeededField): ExampledRule['example'] {
  const entries = exampleEntries(family, field);
  const broken = entries.map((entry) =>
    familyTypes[family].has(entry.type) ? { ...entry, object: removePath(entry.object, field.path) } : entry,
  );
  return { breaks: { calls: [upload({ entries: broken })] }, keeps: { calls: [upload({ entries })] } };
}

const familyTypes: Readonly<Record<FieldFamily, ReadonlySet<string>>> = {
  node: new Set(['*v1.Node']),
  namespace: new Set(['*v1.Namespace']),
  workload: new Set(['*v1.Deployment', '*v1.StatefulSet']),
  replicaset: new Set(['*v1.ReplicaSet']),
  pod: new Set(['*v1.Pod']),
  service: new Set(['*v1.Service']),
  ingress: new Set(['*v1beta1.Ingress', '*v1.Route']),
  configmap: new Set(['*v1.ConfigMap']),
};

/** Enough objects of the family to tell. */
function exampleEntries(family: FieldFamily, field: NeededField): ExampleEntry[] {
  const entries = exampleSnapshot();
  if (family === 'configmap') return [...entries, exampleConfigMap()];
  if (field.id === 'ingress/route-service') return [...without(entries, '*v1beta1.Ingress'), exampleRoute()];
  if (!oftenAbsent.has(field.path)) return entries;
  const twins = entries.filter(({ type }) => familyTypes[family].has(type)).map(twin);
  return [...entries, ...twins];
}

function twin({ type, object }: ExampleEntry): ExampleEntry {
  const copy = structuredClone(object) as { metadata: { uid: string; name: string } };
  const { uid, name } = copy.metadata;
  return {
    type,
    object: { ...copy, metadata: { ...copy.metadata, uid: `${uid.slice(0, -2)}b${uid.slice(-1)}`, name: `${name}-2` } },
  };
}

function exampleRoute(): ExampleEntry {
  return {
    type: '*v1.Route',
    object: {
      metadata: { uid: '5e1d7c00-0000-4000-8000-0000000000f1', name: 'web', namespace: 'shop' },
      spec: { host: 'shop.example.org', to: { name: 'web' }, port: { targetPort: 'http' } },
    },
  };
}
