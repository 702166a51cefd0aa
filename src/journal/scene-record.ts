/** How a scenario went; written at its end by a run that plays scenarios, for the report of those who judge the journal again. */
export interface SceneRecord {
  readonly kind: 'scene';
  /** Unix time, ms. */
  readonly time: number;
  readonly run: RunFacts;
  /** The run ended before the scenario did. */
  readonly brokenOff: boolean;
  readonly timeline: readonly TimelineEvent[];
  /** What was asked of the Kubernetes API and served. */
  readonly reads: readonly KubeRead[];
  /** The end of what the agent wrote. */
  readonly agentOutput: string;
}

/** How the run was made, so that it can be made again. */
export interface RunFacts {
  readonly seed: number;
  readonly profile: string;
  /** s, as hinted to the agent. */
  readonly interval: number;
  /** embedded, envtest, kind, or the path of a kubeconfig. */
  readonly kube: string;
  readonly command: readonly string[];
}

/** A kind of request to the Kubernetes API. */
export interface KubeRead {
  readonly verb: 'get' | 'list' | 'watch';
  /** "" for core. */
  readonly group: string;
  /** Plural. */
  readonly resource: string;
}

/** Where on the timeline of a scenario an event belongs. */
export type TimelineLane =
  /** What the scenario does, or waits for. */
  | 'step'
  /** An object of the cluster was created, changed or deleted. */
  | 'kubernetes'
  /** A request of the agent to the Kubernetes API. */
  | 'api-request'
  /** The Kubernetes API sent the agent a watch event. */
  | 'watch-event'
  /** A fault began or ended, on either side. */
  | 'fault'
  /** A call reached the fake server. */
  | 'request'
  /** What DeepFlow would show became another. */
  | 'inventory'
  /** The agent started, ended, or wrote something. */
  | 'agent'
  /** A rule failed. */
  | 'finding';

/** One thing that happened, in order of time. */
export interface TimelineEvent {
  /** ms since the scenario began; left out of stable reports. */
  readonly at: number;
  readonly lane: TimelineLane;
  /** One sentence. */
  readonly text: string;
  /** The object concerned: "type namespace/name". */
  readonly object?: string;
  /** Number of the call to the fake server (`CallRecord.seq`). */
  readonly request?: number;
  readonly rule?: string;
  /** Index in the timeline of the event that this one follows from: change, watch event, request, inventory. */
  readonly cause?: number;
}
