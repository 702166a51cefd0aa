/** A Kubernetes object as JSON. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** What Kubernetes held changed. */
export interface KubeChange {
  /** Unix time, ms, at which clients could first see it. */
  readonly time: number;
  readonly change: 'added' | 'modified' | 'deleted';
  /** As it is now; of a deleted one as it was last. Always with uid and resourceVersion. */
  readonly object: KubeObject;
}

/** A request of a client to the Kubernetes API. */
export interface KubeRequest {
  readonly seq: number;
  /** Unix time, ms, of its arrival. */
  readonly time: number;
  /** To the end of the answer, ms; of a watch its life. */
  readonly duration: number;
  /** As RBAC names them: get, list, watch, create, update, patch, delete, deletecollection; `discovery` and `version` for the rest. */
  readonly verb: string;
  /** "" for core. */
  readonly group: string;
  readonly version: string;
  /** Plural, e.g. "pods"; "" where the path names none. */
  readonly resource: string;
  readonly namespace: string | null;
  readonly name: string | null;
  readonly query: Readonly<Record<string, string>>;
  readonly userAgent: string;
  /** HTTP status; 0 where the connection broke before one was sent. */
  readonly status: number;
  /** Events sent, of a watch. */
  readonly events: number;
  /** Id of the fault that was applied to it. */
  readonly fault: string | null;
}
