import type { KubeFault } from '../../apiserver/faults/fault-plan.js';
import type { RecordedFinding } from '../../journal/record.js';
import type { Compat } from '../../kube/compat.js';
import type { KubeObject, KubeRequest } from '../../kube/kube-object.js';
import type { ServerFault, ServerWideEffect } from '../../server/faults/server-fault.js';
import type { ChangeResult, ServerChange } from '../../server/model/server-change.js';
import type { ServerModel } from '../../server/model/server-model.js';
import type { KubeFaults, Stop } from '../kube-target.js';
import type { Standing } from '../truth/cluster-truth.js';
import type { ObservedAgentCall, ObservedPush } from './observed-agents.js';
import type { ObservedCall, ObservedSync } from './observed-call.js';

/** What a scenario can do, and see. Whatever it does lands on the timeline. */
export interface Stage {
  readonly compat: Compat;
  /** s, as hinted to the agent. */
  readonly interval: number;
  /** s: the interval that the agent is seen to keep, where that is clearly longer than the hint; else the hint. */
  readonly pace: number;
  /** How long a change may take until it is uploaded, ms; grows with the interval that the agent is seen to keep. */
  readonly allowanceMs: number;
  readonly clusterId: string;
  /** A temporary directory of this scenario. */
  readonly directory: string;
  /** Seeded: 0 (inclusive) to 1 (exclusive). */
  random(): number;
  /** Unix time, ms, by the clock that calls are recorded by. */
  now(): number;
  readonly cluster: StagedCluster;
  readonly kube: StagedKubeFaults;
  readonly server: StagedServer;
  readonly agent: StagedAgents;
  /** Tells what the scenario does now. */
  step(text: string): void;
  /**
   * Waits until the condition holds, at most for `allowanceMs` (default: the stage's). It is looked at again after each call, Kubernetes
   * request and end of an agent.
   *
   * @param what completes "waits until ..."
   * @returns whether it came to hold; false at once where no agent runs any more
   */
  until(what: string, condition: (now: Now) => boolean, options?: UntilOptions): Promise<boolean>;
  /** Watches the agent for so long: silence, too, is something to observe. */
  quiet(ms: number, why: string): Promise<void>;
  /**
   * Waits until the server holds all that Kubernetes holds, and the agent has reported once more after it.
   *
   * @throws SceneNotSet where the agent does not come that far, so that what the scenario is about cannot be judged
   */
  ready(): Promise<void>;
  /** Waits until the server holds what Kubernetes holds: nothing is missing, nothing is left over, and nothing that was changed here is stale. */
  upToDate(what?: string, options?: UntilOptions): Promise<boolean>;
  /** Called for each upload from now on, with how it stands against what Kubernetes holds then. */
  onUpload(listener: (call: ObservedCall, standing: Standing) => void): void;
  /**
   * From now on until taken back, uploads cannot be expected to show what Kubernetes holds: the truth rules look away. Once it is taken back
   * they still look away until the server holds what Kubernetes holds, at most for the allowance.
   */
  blindfold(): () => Promise<void>;
  /** @param ruleId one of the scenario's `judges` */
  judge(ruleId: string): Judging;
}

export interface UntilOptions {
  readonly allowanceMs?: number;
  /** Objects that the condition asks the standing about. */
  readonly uids?: readonly string[];
}

/** What can be seen at a moment. */
export interface Now {
  /** Calls of KubernetesAPISync, oldest first, as far as they are kept. */
  readonly calls: readonly ObservedCall[];
  /** Requests to the Kubernetes API that have begun, oldest first, as far as they are kept; each as far as it is known. */
  readonly requests: readonly KubeRequest[];
  /** How the stored snapshot stands against Kubernetes; null where none is stored. */
  readonly standing: Standing | null;
}

export interface StagedCluster {
  create(object: KubeObject): Promise<KubeObject>;
  /** Replaces the object. */
  update(object: KubeObject): Promise<KubeObject>;
  delete(object: KubeObject): Promise<void>;
  /** Whether it can be written: on a real Kubernetes only objects of one namespace can. */
  takes(object: KubeObject): boolean;
  /** All that may be judged. */
  list(): Promise<readonly KubeObject[]>;
  /** @throws where Kubernetes holds none of this name */
  get(kind: string, name: string): Promise<KubeObject>;
}

export interface StagedKubeFaults {
  /** Requests to the Kubernetes API that have begun. */
  requests(): readonly KubeRequest[];
  /** From now on until taken back or spent. */
  fault(fault: KubeFault): Stop;
  rotateToken: KubeFaults['rotateToken'];
  breakConnections: KubeFaults['breakConnections'];
  /** All watches that allow bookmarks get one now. */
  sendBookmarks(): void;
}

export interface StagedServer {
  /** "address:port". */
  readonly address: string;
  /** Calls of KubernetesAPISync, oldest first, as far as they are kept. */
  calls(): readonly ObservedCall[];
  /** Calls of Sync that were answered, oldest first, as far as they are kept. */
  syncs(): readonly ObservedSync[];
  /** What the agent did besides reporting, oldest first, as far as it is kept; not what agents of the scenario did. */
  agentCalls(): readonly ObservedAgentCall[];
  pushes(): readonly ObservedPush[];
  readonly model: Pick<ServerModel, 'agents' | 'groups' | 'seats'>;
  /** What a person would do by REST. */
  change(change: ServerChange): Promise<ChangeResult>;
  fault(fault: ServerFault): Stop;
  apply(effect: ServerWideEffect, id: string): Promise<void>;
}

export interface StagedAgents {
  /** Agents that run. */
  readonly running: number;
  /** Starts COMMAND. */
  start(env?: Readonly<Record<string, string>>): Promise<void>;
  /** SIGTERM to all that run, as a rollout would; resolves when they are gone. */
  stop(): Promise<void>;
}

/** The verdict of a scenario on one rule; of several the worst counts. */
export interface Judging {
  passed(): void;
  failed(finding: RecordedFinding): void;
  notJudged(reason: string): void;
  /** Passed where `holds`, else failed. */
  that(holds: boolean, finding: () => RecordedFinding): void;
}

/** What a scenario is about cannot be judged: the agent did not come so far. */
export class SceneNotSet extends Error {
  override readonly name = 'SceneNotSet';
}
