import type { DomainConfig } from './server-change.js';

/** A domain of type Kubernetes, as the database has it. */
export interface Domain {
  /** From 1; also `pod_cluster_id` of what agents are told. */
  readonly id: number;
  readonly lcuuid: string;
  readonly clusterId: string;
  readonly name: string;
  /** `declared` at the start, made by the call of an `agent`, or by `rest`. */
  readonly origin: 'declared' | 'agent' | 'rest';
  readonly enabled: boolean;
  readonly config: DomainConfig;
  /** Unix time, ms; 0 for those that were declared. */
  readonly createdAt: number;
}
