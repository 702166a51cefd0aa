import type { DecodedEntry, Entry } from '../../kube/entry.js';
import type { KubeChange } from '../../kube/kube-object.js';
import { neededFields } from '../../kube/needed-fields.js';
import { itemsOf } from '../../kube/read/not-an-object.js';
import { findTypeString } from '../../kube/type-strings.js';
import { isInNamespace } from '../in-namespace.js';
import type { JudgeContext } from '../rule.js';
import { compareWithTruth, type TruthComparison } from './comparison.js';
import { type FieldValues, fieldValues } from './field-values.js';
import { createTruthHistory } from './truth-history.js';
import { typesInForce } from './types-in-force.js';

/** What the run tells of the Kubernetes that it drives. */
export type TruthOrder =
  | { readonly kind: 'changes'; readonly changes: readonly KubeChange[] }
  /** Whether uploads can be expected to show what Kubernetes holds, and how long they may lag behind it where that is another time now. */
  | { readonly kind: 'sight'; readonly time: number; readonly clear: boolean; readonly allowanceMs?: number }
  /** Another run begins. */
  | { readonly kind: 'reset' };

/** How the snapshot that the server holds stands against what Kubernetes holds at one moment. */
export interface Standing {
  /** Entries of the stored snapshot. */
  readonly entries: number;
  readonly missing: readonly string[];
  readonly extra: readonly string[];
  /** "type namespace/name: field". */
  readonly different: readonly string[];
  /** Ids of the fields that differ somewhere. */
  readonly fields: readonly string[];
  readonly total: { readonly missing: number; readonly extra: number; readonly different: number };
  /** By uid, of those that were asked for and that are in the snapshot: ids of the fields that are not as Kubernetes holds them. */
  readonly asked: Readonly<Record<string, readonly string[]>>;
  /** By type string. */
  readonly types: Readonly<Record<string, number>>;
}

/** What Kubernetes holds, for comparison with uploads. */
export interface ClusterTruth {
  order(order: TruthOrder): void;
  /** To be told of every entry when it is decoded: its JSON is gone later. */
  noteDecoded(decoded: DecodedEntry, type: string, json: unknown): void;
  /** Null where what Kubernetes held is not known, or the upload cannot be expected to show it. */
  compare(upload: {
    readonly time: number;
    readonly errorMsg: string;
    readonly entries: readonly Entry[];
    readonly obscured: ReadonlySet<string>;
  }): TruthComparison | null;
  standing(entries: readonly Entry[], time: number, uids: readonly string[]): Standing;
  /** Somebody tells what Kubernetes holds. */
  readonly known: boolean;
}

const defaultAllowanceMs = 5_000;
const shownNames = 5;

export function createClusterTruth(context: JudgeContext): ClusterTruth {
  const { resources = [], compat, namespace } = context;
  let history = createTruthHistory();
  let known = false;
  let clear = true;
  let allowanceMs = context.allowanceMs ?? defaultAllowanceMs;
  let comparisons = 0;
  const values = new WeakMap<DecodedEntry, readonly FieldValues[]>();

  const compareAt = (
    entries: readonly Entry[],
    time: number,
    allowance: number,
    obscured: ReadonlySet<string>,
  ): TruthComparison => {
    comparisons += 1;
    history.forgetBefore(time);
    return compareWithTruth({
      history,
      entries,
      valuesOf: (decoded) => values.get(decoded) ?? [],
      time,
      allowanceMs: allowance,
      inForce: (uploaded) => typesInForce(compat, resources, uploaded),
      isJudged: (object) => isInNamespace(namespace, object),
      number: comparisons,
      obscured,
    });
  };

  const differingFields = (uid: string, found: FieldValues): readonly string[] => {
    const object = history.find(uid);
    const held = object?.versions.at(-1)?.values;
    if (object === undefined || held === undefined) return [];
    return neededFields[object.type.family].filter((_, at) => held[at] !== found[at]).map(({ id }) => id);
  };

  return {
    order(order) {
      if (order.kind === 'reset') {
        history = createTruthHistory();
        known = false;
        clear = true;
        allowanceMs = context.allowanceMs ?? defaultAllowanceMs;
      } else if (order.kind === 'sight') {
        clear = order.clear;
        allowanceMs = order.allowanceMs ?? allowanceMs;
      } else {
        known = true;
        for (const change of order.changes) history.apply(change);
      }
    },
    noteDecoded(decoded, type, json) {
      if (!known) return;
      const family = findTypeString(type)?.family ?? 'other';
      const items = itemsOf(json);
      values.set(
        decoded,
        items === null ? [fieldValues(family, json)] : [[], ...items.map((item) => fieldValues(family, item))],
      );
    },
    compare({ time, errorMsg, entries, obscured }) {
      if (!known || !clear || errorMsg !== '') return null;
      return compareAt(entries, time, allowanceMs, obscured);
    },
    standing(entries, time, uids) {
      const { missing, extra, mistyped, fields } = compareAt(entries, time, 0, new Set());
      const wanted = new Set(uids);
      const asked: Record<string, readonly string[]> = {};
      const types: Record<string, number> = {};
      for (const { type, decoded } of entries) {
        types[type] = (types[type] ?? 0) + 1;
        for (const [at, { meta }] of decoded.readings.entries()) {
          if (wanted.has(meta.uid)) asked[meta.uid] = differingFields(meta.uid, values.get(decoded)?.[at] ?? []);
        }
      }
      const differing = [...fields.values()].flatMap(({ lost, changed }) => [lost, changed]);
      const different = differing.flatMap(({ items }) => items);
      return {
        entries: entries.length,
        missing: missing.items.slice(0, shownNames).map((object) => nameOf(object.type.type, object)),
        extra: extra.items.slice(0, shownNames).map(({ entry, meta }) => nameOf(entry.type, meta)),
        different: different
          .slice(0, shownNames)
          .map(({ object, path }) => `${nameOf(object.type.type, object)}: ${path}`),
        fields: [...fields].filter(([, { lost, changed }]) => lost.total + changed.total > 0).map(([id]) => id),
        total: {
          missing: missing.total,
          extra: extra.total + mistyped.total,
          different: differing.reduce((sum, { total }) => sum + total, 0),
        },
        asked,
        types,
      };
    },
    get known() {
      return known;
    },
  };
}

function nameOf(type: string, { namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${type} ${namespace === '' ? name : `${namespace}/${name}`}`;
}
