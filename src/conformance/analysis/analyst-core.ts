import type { InventorySummary, InventoryView, StandingQuestion, Upload, UploadAnalysis } from '../analyst.js';
import type { EntryRule, JudgeContext, Rule, SnapshotRule, TruthRule } from '../rule.js';
import { levelOf } from '../rule-level.js';
import { createClusterTruth, type Standing, type TruthOrder } from '../truth/cluster-truth.js';
import { type AnalysisOptions, type ClusterAnalysis, createClusterAnalysis } from './cluster-analysis.js';
import { createHeldClusters } from './held-clusters.js';

/** The analyses of many clusters. Synchronous; the hosts wrap it. */
export interface AnalystCore {
  /** @param arrive see `ClusterAnalysis.analyse` */
  analyse(upload: Upload, arrive?: (offset: number) => void): UploadAnalysis;
  summary(clusterId: string, view: InventoryView): InventorySummary;
  inventory(clusterId: string, view: InventoryView): Uint8Array<ArrayBuffer>;
  difference(clusterId: string, view: InventoryView): Uint8Array<ArrayBuffer> | null;
  snapshotJson(clusterId: string): Uint8Array<ArrayBuffer> | null;
  facts(clusterId: string, view: InventoryView, upload: number): Uint8Array<ArrayBuffer> | null;
  truth(order: TruthOrder): void;
  standing(clusterId: string, question: StandingQuestion): Standing | null;
  forget(): void;
}

export interface AnalystCoreOptions {
  readonly context: JudgeContext;
  /** Rules over all calls are passed over. */
  readonly rules: readonly Rule[];
  /** ms, monotonic. */
  readonly now: () => number;
}

export function createAnalystCore({ context, rules, now }: AnalystCoreOptions): AnalystCore {
  const known = rules.filter((rule) => levelOf(rule, context.compat) !== null);
  const truth = createClusterTruth(context);
  const options: AnalysisOptions = {
    context,
    entryRules: known.filter((rule): rule is EntryRule => rule.scope === 'entry'),
    snapshotRules: known.filter((rule): rule is SnapshotRule => rule.scope === 'snapshot'),
    truthRules: known.filter((rule): rule is TruthRule => rule.scope === 'truth'),
    truth,
    now,
  };
  const clusters = createHeldClusters<ClusterAnalysis>();
  const held = (clusterId: string): ClusterAnalysis =>
    clusters.get(clusterId) ?? createClusterAnalysis(clusterId, options);

  return {
    analyse(upload, arrive) {
      const cluster = clusters.peek(upload.clusterId) ?? createClusterAnalysis(upload.clusterId, options);
      clusters.use(upload.clusterId, cluster, upload.bytes.length);
      return cluster.analyse(upload, arrive);
    },
    summary: (clusterId, view) => held(clusterId).summary(view),
    inventory: (clusterId, view) => held(clusterId).inventory(view),
    difference: (clusterId, view) => held(clusterId).difference(view),
    snapshotJson: (clusterId) => held(clusterId).snapshotJson(),
    facts: (clusterId, view, upload) => held(clusterId).facts(view, upload),
    truth: (order) => truth.order(order),
    standing: (clusterId, question) => (truth.known ? held(clusterId).standing(question) : null),
    forget: () => clusters.clear(),
  };
}
