import type {
  ForeseenUpload,
  InventorySummary,
  InventoryView,
  StandingQuestion,
  Upload,
  UploadReport,
} from '../analyst.js';
import type { EntryRule, JudgeContext, Rule, SnapshotRule, TruthRule } from '../rule.js';
import { levelOf } from '../rule-level.js';
import { createClusterTruth, type Standing, type TruthOrder } from '../truth/cluster-truth.js';
import { type AnalysisOptions, type ClusterAnalysis, createClusterAnalysis } from './cluster-analysis.js';
import { createHeldClusters } from './held-clusters.js';

/** The analyses of many clusters. Synchronous; the hosts wrap it. */
export interface AnalystCore {
  /** See `Analyst.foresee`. */
  foresee(upload: ForeseenUpload, there: number): void;
  abandon(upload: Pick<ForeseenUpload, 'seq' | 'clusterId'>): void;
  analyse(upload: Upload): UploadReport;
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
  const judged = rules.filter((rule) => levelOf(rule, context.compat) !== null);
  const truth = createClusterTruth(context);
  const options: AnalysisOptions = {
    context,
    entryRules: judged.filter((rule): rule is EntryRule => rule.scope === 'entry'),
    snapshotRules: judged.filter((rule): rule is SnapshotRule => rule.scope === 'snapshot'),
    truthRules: judged.filter((rule): rule is TruthRule => rule.scope === 'truth'),
    truth,
    now,
  };
  const clusters = createHeldClusters<ClusterAnalysis>();
  const held = (clusterId: string): ClusterAnalysis =>
    clusters.get(clusterId) ?? createClusterAnalysis(clusterId, options);

  /** Clusters of which nothing was analysed yet, by their ids. */
  const foreseen = new Map<string, ClusterAnalysis>();
  const known = (clusterId: string): ClusterAnalysis | undefined => clusters.peek(clusterId) ?? foreseen.get(clusterId);

  return {
    foresee(upload, there) {
      const { clusterId } = upload;
      const cluster = known(clusterId) ?? createClusterAnalysis(clusterId, options);
      if (clusters.peek(clusterId) === undefined) foreseen.set(clusterId, cluster);
      cluster.foresee(upload, there);
    },
    abandon({ seq, clusterId }) {
      known(clusterId)?.abandon(seq);
      foreseen.delete(clusterId);
    },
    analyse(upload) {
      const cluster = known(upload.clusterId) ?? createClusterAnalysis(upload.clusterId, options);
      foreseen.delete(upload.clusterId);
      clusters.use(upload.clusterId, cluster, upload.bytes.length);
      return cluster.analyse(upload);
    },
    summary: (clusterId, view) => held(clusterId).summary(view),
    inventory: (clusterId, view) => held(clusterId).inventory(view),
    difference: (clusterId, view) => held(clusterId).difference(view),
    snapshotJson: (clusterId) => held(clusterId).snapshotJson(),
    facts: (clusterId, view, upload) => held(clusterId).facts(view, upload),
    truth: (order) => truth.order(order),
    standing: (clusterId, question) => (truth.known ? held(clusterId).standing(question) : null),
    forget() {
      foreseen.clear();
      clusters.clear();
    },
  };
}
