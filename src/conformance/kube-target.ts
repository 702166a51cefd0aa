import type { KubeFault, KubeFaultEvent } from '../apiserver/faults/fault-plan.js';
import type { SentWatchEvent } from '../apiserver/watch-event.js';
import type { KubeChange, KubeObject, KubeRequest } from '../kube/kube-object.js';

/** Takes one's own back. */
export type Stop = () => void;

/** The Kubernetes that an agent is given: the embedded one, or a real one. */
export interface KubeTarget {
  /** Path of the kubeconfig that the agent gets. */
  readonly kubeconfig: string;
  /** What may be judged: all of it, or only the objects of one namespace. */
  readonly scope: { readonly kind: 'cluster' } | { readonly kind: 'namespace'; readonly namespace: string };
  /** Answer of GET /version. */
  readonly gitVersion: string;
  create(object: KubeObject): Promise<KubeObject>;
  /** Replaces the object; its resourceVersion may be left out. */
  update(object: KubeObject): Promise<KubeObject>;
  delete(object: KubeObject): Promise<void>;
  /** All objects that it holds now. */
  list(): Promise<readonly KubeObject[]>;
  /** Called for each change from now on, in order, synchronously with it where the target is embedded. */
  onChange(listener: (change: KubeChange) => void): Stop;
  /** Called when a request (of a watch: its answer's head) begins and when it ends. */
  onRequest(listener: (request: KubeRequest, phase: 'begin' | 'end') => void): Stop;
  /** Called for each watch event that is sent; absent where the target does not know. */
  readonly onWatchEvent?: (listener: (event: SentWatchEvent) => void) => Stop;
  /** All watches that allow bookmarks get one now; absent where the target cannot be told to. */
  readonly sendBookmarks?: () => void;
  /** Null where the target cannot make faults. */
  readonly faults: KubeFaults | null;
  close(): Promise<void>;
}

export interface KubeFaults {
  /** From now on until taken back or spent. */
  add(fault: KubeFault): Stop;
  /** All clients must read the token file again: the old token is answered 401. */
  rotateToken(): Promise<void>;
  /** Ends every connection as it stands. */
  breakConnections(how: 'close' | 'reset'): void;
  /** Told each time that a fault strikes. */
  onFault(listener: (event: KubeFaultEvent) => void): Stop;
}
