import type { KubeChange } from '../../kube/kube-object.js';
import { type FieldValues, fieldValues } from './field-values.js';
import { type KubeType, kubeTypeOf } from './kube-type.js';

/** An object that Kubernetes holds or held, as far as DeepFlow needs it. */
export interface TruthObject {
  readonly uid: string;
  readonly type: KubeType;
  readonly namespace: string;
  readonly name: string;
  /** In order of time; consecutive ones differ in what DeepFlow needs. */
  readonly versions: readonly TruthVersion[];
  /** Number of the comparison that met it in an upload last. */
  seenBy: number;
}

export interface TruthVersion {
  /** Unix time, ms. */
  readonly from: number;
  /** Unix time, ms; not included; infinite for what Kubernetes holds now. */
  readonly to: number;
  readonly values: FieldValues;
}

/**
 * What Kubernetes held, and when. Bounded: what ended more than ten minutes before the newest change or question is forgotten, except
 * that the object existed.
 */
export interface TruthHistory {
  apply(change: KubeChange): void;
  /** Objects of kinds that DeepFlow does not show are not kept. */
  find(uid: string): TruthObject | undefined;
  objects(): Iterable<TruthObject>;
  /** Kubernetes held it once, and it was deleted; asked for what `find` does not know any more. */
  wasHeld(uid: string): boolean;
  /** Lets go of what is too old to matter at this time. */
  forgetBefore(time: number): void;
  readonly size: number;
}

const keptMs = 600_000;
const keptUids = 100_000;

type Growing = { -readonly [Key in keyof TruthVersion]: TruthVersion[Key] };

interface HeldObject extends TruthObject {
  readonly versions: Growing[];
}

export function createTruthHistory(): TruthHistory {
  const held = new Map<string, HeldObject>();
  const ended = new Map<string, number>();
  const past = new Set<string>();

  const forget = (uid: string): void => {
    held.delete(uid);
    ended.delete(uid);
    past.add(uid);
    if (past.size > keptUids) for (const oldest of past) return void past.delete(oldest);
  };

  return {
    apply({ time, change, object }) {
      const type = kubeTypeOf(object);
      const uid = object.metadata.uid ?? '';
      if (type === null || uid === '') return;
      const known = held.get(uid);
      const last = known?.versions.at(-1);
      if (change === 'deleted') {
        if (last !== undefined && last.to === Number.POSITIVE_INFINITY) last.to = time;
        ended.set(uid, time);
        return;
      }
      const values = fieldValues(type.family, object);
      if (known === undefined) {
        const { name, namespace = '' } = object.metadata;
        const versions = [{ from: time, to: Number.POSITIVE_INFINITY, values }];
        held.set(uid, { uid, type, namespace, name, versions, seenBy: 0 });
        return;
      }
      if (last !== undefined && last.to === Number.POSITIVE_INFINITY) {
        if (sameValues(last.values, values)) return;
        last.to = time;
      }
      known.versions.push({ from: time, to: Number.POSITIVE_INFINITY, values });
      while ((known.versions[0]?.to ?? time) < time - keptMs) known.versions.shift();
    },
    find: (uid) => held.get(uid),
    objects: () => held.values(),
    wasHeld: (uid) => past.has(uid) || held.has(uid),
    forgetBefore(time) {
      for (const [uid, at] of ended) {
        if (at >= time - keptMs) break;
        forget(uid);
      }
    },
    get size() {
      return held.size;
    },
  };
}

export function sameValues(left: FieldValues, right: FieldValues): boolean {
  return left.length === right.length && left.every((value, at) => value === right[at]);
}
