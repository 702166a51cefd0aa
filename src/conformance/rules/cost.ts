import type { EntrySurplus } from '../../kube/entry.js';
import { isJsonObject, objectAt } from '../../kube/json-value.js';
import { itemsOf } from '../../kube/read/not-an-object.js';
import type { FindingDraft, Rule, SnapshotRule } from '../rule.js';
import { at, changed, exampleSnapshot, upload } from './common/example-upload.js';
import { notJudged, passed } from './common/judgement.js';
import { indexOf } from './common/snapshot-index.js';
import { byteSize, counted } from './common/text.js';

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
/** Keys, brackets and a few useful extras are not waste. */
const toleratedFactor = 4;

const trimmed: SnapshotRule = {
  id: 'cost/trimmed',
  scope: 'snapshot',
  level: 'info',
  demand:
    'Objects are cut down to the fields that DeepFlow needs; managedFields and the last-applied annotation stay behind.',
  why: 'The rest is compressed, carried, stored and parsed for nothing at every change, and may exceed the limit for one message.',
  source: 'what deepflow-agent does: it removes managedFields and, of most types, all but a few fields',
  example: {
    breaks: {
      calls: [
        upload({
          entries: changed(exampleSnapshot(), '*v1.Pod', (pod) => ({
            ...pod,
            metadata: { ...at(pod, 'metadata'), managedFields: ['kubelet', 'kube-scheduler'].map(managedBy) },
          })),
        }),
      ],
    },
    keeps: { calls: [upload()] },
  },
  judge(snapshot) {
    const { sizes } = indexOf(snapshot);
    const { inflatedBytes, compressedBytes, neededBytes, entriesWithManagedFields, entriesWithLastApplied } = sizes;
    if (inflatedBytes === 0) return notJudged('no entry of the upload could be inflated');
    const surplus = [
      ...(entriesWithManagedFields > 0
        ? [`managedFields in ${counted(entriesWithManagedFields, 'entry', 'entries')}`]
        : []),
      ...(entriesWithLastApplied > 0
        ? [`${lastApplied} in ${counted(entriesWithLastApplied, 'entry', 'entries')}`]
        : []),
    ];
    const wasteful = inflatedBytes > toleratedFactor * neededBytes;
    if (surplus.length === 0 && !wasteful) return passed;
    const finding: FindingDraft = {
      found: [`${byteSize(inflatedBytes)} of JSON (${byteSize(compressedBytes)} compressed)`, ...surplus].join(', '),
      expected: `about ${byteSize(neededBytes)} of JSON`,
      message: `DeepFlow needs about ${percent(neededBytes / inflatedBytes)} of the JSON that was sent: keep the needed fields and drop the rest, managedFields first.`,
    };
    return { status: 'failed', findings: [finding] };
  },
};

const neither: EntrySurplus = { managedFields: false, lastApplied: false };

/** What of an entry's JSON nobody needs; to be kept in `DecodedEntry.surplus`, since the JSON is not kept. */
export function entrySurplus(json: unknown): EntrySurplus {
  const items = itemsOf(json);
  if (items === null) return surplusOf(json);
  let managedFields = false;
  let applied = false;
  for (const item of items) {
    const one = surplusOf(item);
    managedFields ||= one.managedFields;
    applied ||= one.lastApplied;
  }
  return { managedFields, lastApplied: applied };
}

function surplusOf(json: unknown): EntrySurplus {
  if (!isJsonObject(json)) return neither;
  const metadata = objectAt(json, 'metadata');
  const managedFields = metadata.managedFields !== undefined;
  const applied = objectAt(metadata, 'annotations')[lastApplied] !== undefined;
  return managedFields || applied ? { managedFields, lastApplied: applied } : neither;
}

/** An element of managedFields, of the length that they have. */
function managedBy(manager: string) {
  const fields = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [`f:field-number-${index}`, { 'f:value': {} }]),
  );
  return { manager, operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:status': fields } };
}

function percent(share: number): string {
  return `${Math.max(1, Math.round(share * 100))} %`;
}

export const costRules: readonly Rule[] = [trimmed];
