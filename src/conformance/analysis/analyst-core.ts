import type { InventorySummary, InventoryView, Upload, UploadReport } from '../analyst.js';
import { AnalystFault } from '../analyst-fault.js';
import type { EntryRule, JudgeContext, Rule, SnapshotRule } from '../rule.js';
import { levelOf } from '../rule-level.js';
import { type AnalysisOptions, type ClusterAnalysis, createClusterAnalysis } from './cluster-analysis.js';

/** Clusters that are held at the same time; the one not uploaded for longest is let go. */
export const maxClusters = 64;

/** The analyses of many clusters. Synchronous; the hosts wrap it. */
export interface AnalystCore {
  analyse(upload: Upload): UploadReport;
  summary(clusterId: string, view: InventoryView): InventorySummary;
  inventory(clusterId: string, view: InventoryView): Uint8Array<ArrayBuffer>;
  difference(clusterId: string, view: InventoryView): Uint8Array<ArrayBuffer> | null;
  snapshotJson(clusterId: string): Uint8Array<ArrayBuffer> | null;
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
  const options: AnalysisOptions = {
    context,
    entryRules: known.filter((rule): rule is EntryRule => rule.scope === 'entry'),
    snapshotRules: known.filter((rule): rule is SnapshotRule => rule.scope === 'snapshot'),
    now,
  };
  /** In order of use, longest unused first. */
  const clusters = new Map<string, ClusterAnalysis>();
  let letGo = false;

  const held = (clusterId: string): ClusterAnalysis => {
    const cluster = clusters.get(clusterId);
    if (cluster === undefined && letGo) throw notHeld(clusterId);
    return cluster ?? createClusterAnalysis(clusterId, options);
  };

  return {
    analyse(upload) {
      const cluster = clusters.get(upload.clusterId) ?? createClusterAnalysis(upload.clusterId, options);
      clusters.delete(upload.clusterId);
      clusters.set(upload.clusterId, cluster);
      if (clusters.size > maxClusters) {
        const [longestUnused] = clusters.keys();
        if (longestUnused !== undefined) clusters.delete(longestUnused);
        letGo = true;
      }
      return cluster.analyse(upload);
    },
    summary: (clusterId, view) => held(clusterId).summary(view),
    inventory: (clusterId, view) => held(clusterId).inventory(view),
    difference: (clusterId, view) => held(clusterId).difference(view),
    snapshotJson: (clusterId) => held(clusterId).snapshotJson(),
    forget() {
      clusters.clear();
      letGo = false;
    },
  };
}

export function notHeld(clusterId: string): AnalystFault {
  return new AnalystFault(
    `The snapshot of cluster '${clusterId}' is not held: only the ${maxClusters} clusters that uploaded last are kept.`,
  );
}
