import { difference } from '../../kube/difference.js';
import type { Snapshot } from '../../kube/entry.js';
import { createInventoryTaker } from '../../kube/take-inventory.js';
import type {
  ForeseenUpload,
  InventorySummary,
  InventoryView,
  StandingQuestion,
  Upload,
  UploadReport,
} from '../analyst.js';
import type { EntryRule, JudgeContext, SnapshotRule, TruthRule } from '../rule.js';
import { indexOf, keepIndex } from '../rules/common/snapshot-index.js';
import { createTallyCollector, type RuleTally } from '../tally.js';
import type { ClusterTruth, Standing } from '../truth/cluster-truth.js';
import { createEntryJudging } from './entry-judging.js';
import { createEntryReading } from './entry-reading.js';
import { createFactsFeed } from './facts-feed.js';
import { summarise } from './inventory-summary.js';
import { jsonBytes } from './json-bytes.js';
import { snapshotJson } from './snapshot-json.js';
import { createStoredSnapshot, plainView, type StoredSnapshot } from './stored-snapshot.js';
import { withinNamespace } from './within-namespace.js';

const maxFaults = 20;
const noTruth = 'what Kubernetes held at the time of the upload is not known';

export interface AnalysisOptions {
  readonly context: JudgeContext;
  readonly entryRules: readonly EntryRule[];
  readonly snapshotRules: readonly SnapshotRule[];
  readonly truthRules?: readonly TruthRule[];
  /** What Kubernetes holds, where somebody tells. */
  readonly truth?: ClusterTruth;
  /** ms, monotonic. */
  readonly now: () => number;
}

/** Everything known of one cluster's uploads. Synchronous: a big upload takes seconds, so it lives in a worker thread. */
export interface ClusterAnalysis {
  /** See `Analyst.foresee`. */
  foresee(upload: ForeseenUpload, there: number): void;
  abandon(seq: number): void;
  analyse(upload: Upload): UploadReport;
  summary(view: InventoryView): InventorySummary;
  inventory(view: InventoryView): Uint8Array<ArrayBuffer>;
  difference(view: InventoryView): Uint8Array<ArrayBuffer> | null;
  snapshotJson(): Uint8Array<ArrayBuffer> | null;
  /** See `Analyst.facts`. */
  facts(view: InventoryView, upload: number): Uint8Array<ArrayBuffer> | null;
  /** Null where nothing is stored. */
  standing(question: StandingQuestion): Standing | null;
  /** Distinct entries that are remembered. */
  readonly remembered: number;
}

interface Stored {
  readonly snapshot: StoredSnapshot;
  readonly version: bigint;
  readonly bytes: Uint8Array;
  /** Number of the upload within this analysis. */
  readonly number: number;
}

export function createClusterAnalysis(clusterId: string, options: AnalysisOptions): ClusterAnalysis {
  const { context, entryRules, snapshotRules, truthRules = [], truth, now } = options;
  const faults: string[] = [];
  const onFault = (ruleId: string, thrown: unknown): void => {
    const reason = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    if (faults.length < maxFaults) faults.push(`rule ${ruleId} broke: ${reason}`);
  };
  const takeInventory = createInventoryTaker();
  const factsFeed = createFactsFeed(clusterId);
  const judging = createEntryJudging(entryRules, context, onFault);
  const reading = createEntryReading({ rules: entryRules, judging, truth });
  /** Reading what is on its way, ms. */
  let spent = 0;
  let stored: Stored | null = null;
  let former: Pick<Stored, 'snapshot' | 'version'> | null = null;

  const judgeSnapshot = (snapshot: Snapshot, { seq, time }: Upload): RuleTally[] => {
    const { entries, errorMsg } = snapshot;
    if (entries.length === 0) return [];
    const comparison = truth?.known ? truth.compare({ time, errorMsg, entries, ...unclearTypes(snapshot) }) : null;
    return [...snapshotRules, ...truthRules].map((rule) => {
      const collector = createTallyCollector(rule.id);
      try {
        if (rule.scope === 'snapshot') {
          collector.add(withinNamespace(rule.judge(snapshot, context, comparison), context.namespace), seq);
        } else if (comparison !== null) collector.add(rule.judge(comparison, context), seq);
        else collector.addNotJudged(1, noTruth);
      } catch (thrown) {
        onFault(rule.id, thrown);
        collector.addNotJudged(1, 'the rule itself broke');
      }
      return collector.tally();
    });
  };

  const inventoryOf = (view: InventoryView) =>
    (stored?.snapshot ?? createStoredSnapshot(clusterId, [])).inventory(view);

  return {
    foresee(upload, there) {
      const begin = now();
      reading.foresee(upload, there);
      spent += now() - begin;
    },
    abandon(seq) {
      reading.abandon(seq);
      spent = 0;
    },
    analyse(upload) {
      const begin = now() - spent;
      spent = 0;
      const { bytes, seq, version, errorMsg, registered } = upload;
      const read = reading.read(upload);
      const { number } = read;
      const entriesDone = now();
      const snapshot: Snapshot = { clusterId, version, errorMsg, registered, entries: read.entries };
      keepIndex(snapshot, read.index);
      const tallies = judgeSnapshot(snapshot, upload);
      const rulesDone = now();
      if (upload.stored) {
        former = stored && { snapshot: stored.snapshot, version: stored.version };
        stored = { snapshot: createStoredSnapshot(clusterId, read.entries, takeInventory), version, bytes, number };
      }
      // All else would keep the memory of older uploads.
      reading.keepOnly([number, stored?.number ?? number]);
      return {
        seq,
        clusterId,
        stored: upload.stored,
        entries: read.entries.length,
        decoded: read.decoded,
        unreadable: read.unreadable,
        contentDigest: read.contentDigest,
        problems: read.problems,
        tallies: [...read.tallies, ...tallies],
        faults: faults.splice(0),
        bytesDigest: read.bytesDigest,
        timings: { entries: entriesDone - begin, snapshotRules: rulesDone - entriesDone },
      };
    },
    summary: (view) => summarise(inventoryOf(view)),
    inventory: (view) => jsonBytes(inventoryOf(view).inventory),
    difference(view) {
      if (stored === null || former === null) return null;
      const before = former.snapshot.inventory(plainView(view.compat, former.version));
      return jsonBytes(difference(before, stored.snapshot.inventory(plainView(view.compat, view.version))));
    },
    standing: ({ time, uids }) =>
      stored === null ? null : (truth?.standing(stored.snapshot.entries, time, uids) ?? null),
    facts: (view, upload) => (stored === null ? null : factsFeed.next(stored.snapshot.inventory(view), upload)),
    snapshotJson: () => (stored === null ? null : snapshotJson(stored.bytes)),
    get remembered() {
      return reading.remembered;
    },
  };
}

/** Types of which the upload may hold more than can be told. */
function unclearTypes(snapshot: Snapshot): { readonly obscured: ReadonlySet<string> } {
  const { obscured, anonymous } = indexOf(snapshot);
  return { obscured: new Set([...obscured, ...anonymous]) };
}
