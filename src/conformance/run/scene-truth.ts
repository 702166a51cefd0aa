import type { KubeChange, KubeObject } from '../../kube/kube-object.js';
import { isInNamespace } from '../in-namespace.js';
import type { JudgedServer } from '../judged-server.js';
import type { KubeTarget, Stop } from '../kube-target.js';
import type { Standing } from '../truth/cluster-truth.js';
import { kubeTypeOf } from '../truth/kube-type.js';
import { slimObject } from '../truth/slim-object.js';
import type { Causality } from './causality.js';

/** What Kubernetes holds in a scenario, as the judge is told of it. */
export interface SceneTruth {
  /** Tells what Kubernetes holds, then what changes. @returns ends the telling */
  begin(): Promise<Stop>;
  /** How the stored snapshot stands against it now; null where none is stored. */
  standing(uids: readonly string[]): Promise<Standing | null>;
  /** uids of the objects that were changed last. */
  touched(): readonly string[];
  /** Changes so far. */
  readonly changes: number;
  /** Whether it may be judged. */
  isOwn(object: KubeObject): boolean;
}

export interface SceneTruthOptions {
  readonly target: KubeTarget;
  readonly judged: JudgedServer;
  readonly clusterId: string;
  readonly causality: Causality;
}

const keptTouched = 50;
/** Objects in one record: some milliseconds of work. */
const initialBatch = 500;

export function createSceneTruth({ target, judged, clusterId, causality }: SceneTruthOptions): SceneTruth {
  const { server, analyst } = judged;
  const { scope } = target;
  const touched = new Set<string>();
  let changes = 0;
  /** The analyst knows of all changes once it has resolved. */
  let noted: Promise<void> = Promise.resolve();

  const now = (): number => server.clock.now();
  const isOwn = ({ metadata }: KubeObject): boolean =>
    isInNamespace(scope.kind === 'cluster' ? undefined : scope.namespace, metadata);

  const onChange = (change: KubeChange): void => {
    changes += 1;
    // By the clock of the calls, which scenarios put forward.
    const slim = { ...change, time: now(), object: slimObject(change.object) };
    noted = server.note({ kind: 'kubernetes', time: slim.time, changes: [slim] });
    const { uid } = change.object.metadata;
    if (uid === undefined || kubeTypeOf(change.object) === null || !isOwn(change.object)) return;
    touched.delete(uid);
    touched.add(uid);
    for (const oldest of touched) {
      if (touched.size <= keptTouched) break;
      touched.delete(oldest);
    }
    causality.changed({ ...change, time: slim.time });
  };

  return {
    async begin() {
      const early: KubeChange[] = [];
      let isBegun = false;
      // Others may write in a real cluster while what it holds is taken in.
      const stop = target.onChange((change) => (isBegun ? onChange(change) : void early.push(change)));
      const objects = await target.list();
      for (let at = 0; at < objects.length; at += initialBatch) {
        const batch = objects.slice(at, at + initialBatch);
        // They have been there for ever: the first upload has to hold them.
        const held = batch.map((object) => ({ time: 0, change: 'added', object: slimObject(object) }) as const);
        await server.note({ kind: 'kubernetes', time: now(), changes: held });
      }
      for (const change of early) onChange(change);
      isBegun = true;
      return stop;
    },
    async standing(uids) {
      await noted;
      return analyst.standing(clusterId, { time: now(), uids });
    },
    touched: () => [...touched],
    get changes() {
      return changes;
    },
    isOwn,
  };
}
