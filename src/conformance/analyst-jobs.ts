import type { AnalystCore } from './analysis/analyst-core.js';
import type {
  ForeseenUpload,
  InventorySummary,
  InventoryView,
  StandingQuestion,
  Upload,
  UploadReport,
} from './analyst.js';
import type { JudgeContext } from './rule.js';
import { waitForBytes } from './shared-bytes.js';
import type { Standing, TruthOrder } from './truth/cluster-truth.js';

/** What an analyst thread is started with. Rules are functions, so they travel as ids and come from the catalogue. */
export interface AnalystSetup {
  readonly context: JudgeContext;
  readonly ruleIds: readonly string[];
}

export type AnalystJob =
  /** `arrived`: see `SharedBytes`; absent where the bytes are there already. */
  | { readonly kind: 'analyse'; readonly upload: Upload; readonly arrived?: Int32Array }
  | { readonly kind: 'foresee'; readonly upload: ForeseenUpload; readonly there: number }
  | { readonly kind: 'abandon'; readonly seq: number; readonly clusterId: string }
  | { readonly kind: 'summary' | 'inventory' | 'difference'; readonly clusterId: string; readonly view: InventoryView }
  | { readonly kind: 'snapshotJson'; readonly clusterId: string }
  | { readonly kind: 'facts'; readonly clusterId: string; readonly view: InventoryView; readonly upload: number }
  | { readonly kind: 'truth'; readonly order: TruthOrder }
  | { readonly kind: 'standing'; readonly clusterId: string; readonly question: StandingQuestion }
  | { readonly kind: 'forget' };

export interface AnalystResults {
  readonly analyse: UploadReport;
  readonly foresee: null;
  readonly abandon: null;
  readonly summary: InventorySummary;
  readonly inventory: Uint8Array<ArrayBuffer>;
  readonly difference: Uint8Array<ArrayBuffer> | null;
  readonly snapshotJson: Uint8Array<ArrayBuffer> | null;
  readonly facts: Uint8Array<ArrayBuffer> | null;
  readonly truth: null;
  readonly standing: Standing | null;
  readonly forget: null;
}

export type AnalystResult = AnalystResults[keyof AnalystResults];

/** From the main thread. */
export interface AnalystOrder {
  readonly id: number;
  readonly job: AnalystJob;
}

/** From the analyst thread. */
export type AnalystReply =
  | { readonly id: number; readonly result: AnalystResult }
  | { readonly id: number; readonly fault: string };

/** Begins before all bytes are there. */
function analyse(core: AnalystCore, { upload, arrived }: AnalystJob & { kind: 'analyse' }): UploadReport {
  const { length } = upload.bytes;
  for (let there = 0; arrived !== undefined && there < length; ) {
    there = waitForBytes(arrived, there + 1);
    if (there < length) core.foresee(upload, there);
  }
  return core.analyse(upload);
}

export function runJob(core: AnalystCore, job: AnalystJob): AnalystResult {
  switch (job.kind) {
    case 'analyse':
      return analyse(core, job);
    case 'foresee':
      core.foresee(job.upload, job.there);
      return null;
    case 'abandon':
      core.abandon(job);
      return null;
    case 'summary':
      return core.summary(job.clusterId, job.view);
    case 'inventory':
      return core.inventory(job.clusterId, job.view);
    case 'difference':
      return core.difference(job.clusterId, job.view);
    case 'snapshotJson':
      return core.snapshotJson(job.clusterId);
    case 'facts':
      return core.facts(job.clusterId, job.view, job.upload);
    case 'truth':
      core.truth(job.order);
      return null;
    case 'standing':
      return core.standing(job.clusterId, job.question);
    case 'forget':
      core.forget();
      return null;
  }
}
