import type { SentWatchEvent } from '../../apiserver/watch-event.js';
import type { KubeChange } from '../../kube/kube-object.js';
import type { Standing } from '../truth/cluster-truth.js';
import { kubeTypeOf } from '../truth/kube-type.js';
import type { TimelineRecorder } from './timeline-recorder.js';

/** Follows each change of the cluster: to the watch event, to the upload that shows it. */
export interface Causality {
  changed(change: KubeChange): void;
  /** A watch event was sent. */
  sent(event: SentWatchEvent): void;
  /** uids of the objects whose change no upload has shown yet. */
  waiting(): readonly string[];
  uploaded(
    standing: Standing,
    upload: { readonly request: number; readonly cause: number; readonly time: number },
  ): void;
}

interface Waiting {
  readonly change: KubeChange;
  readonly object: string;
  /** Index of the last event of its story so far. */
  readonly last: number;
}

const maxWaiting = 100;

export function createCausality(timeline: TimelineRecorder): Causality {
  const waiting = new Map<string, Waiting>();

  return {
    changed(change) {
      const { object } = change;
      const type = kubeTypeOf(object);
      const { uid = '', namespace, name } = object.metadata;
      if (type === null) return;
      const label = `${type.type} ${namespace === undefined ? name : `${namespace}/${name}`}`;
      const index = timeline.add({
        lane: 'kubernetes',
        text: `${object.kind} ${name} was ${change.change}`,
        object: label,
      });
      waiting.delete(uid);
      waiting.set(uid, { change, object: label, last: index });
      for (const oldest of waiting.keys()) {
        if (waiting.size <= maxWaiting) break;
        waiting.delete(oldest);
      }
    },
    sent({ type, uid, resource, namespace, name }) {
      const held = waiting.get(uid);
      const of = name === '' ? resource : `${resource} ${namespace === '' ? name : `${namespace}/${name}`}`;
      const object = held === undefined ? {} : { object: held.object, cause: held.last };
      const last = timeline.add({ lane: 'watch-event', text: `${type} ${of}`, ...object });
      if (held !== undefined) waiting.set(uid, { ...held, last });
    },
    waiting: () => [...waiting.keys()],
    uploaded({ asked }, { request, cause, time }) {
      for (const [uid, { change, object, last }] of waiting) {
        const differing = asked[uid];
        const isShown = change.change === 'deleted' ? differing === undefined : differing?.length === 0;
        if (!isShown) continue;
        waiting.delete(uid);
        timeline.link(cause, last);
        const delay = Math.max(0, Math.round(time - change.time));
        const text = `${object} is ${change.change === 'deleted' ? 'gone' : 'as Kubernetes holds it'}, ${delay} ms after it was ${change.change}`;
        timeline.add({ lane: 'inventory', text, object, request, cause });
      }
    },
  };
}
