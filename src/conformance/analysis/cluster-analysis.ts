import { difference } from '../../kube/difference.js';
import type { DecodedEntry, Entry, Snapshot } from '../../kube/entry.js';
import { readObject } from '../../kube/read-object.js';
import { createInventoryTaker } from '../../kube/take-inventory.js';
import { createEntryDecoder } from '../../wire/entry-codec.js';
import { contentAt, type EntryCursor, type PassOver, walkEntries } from '../../wire/wire-format.js';
import type { WireProblem } from '../../wire/wire-problem.js';
import type { InventorySummary, InventoryView, StandingQuestion, Upload, UploadReport } from '../analyst.js';
import { digestOf } from '../message-digest.js';
import type { EntryRule, JudgeContext, SnapshotRule, TruthRule } from '../rule.js';
import { indexOf } from '../rules/common/snapshot-index.js';
import { entrySurplus } from '../rules/cost.js';
import { createTallyCollector, type RuleTally } from '../tally.js';
import type { ClusterTruth, Standing } from '../truth/cluster-truth.js';
import { digestPart, digestText } from './content-digest.js';
import { createEntryCache, type EntryResult, type KnownEntry } from './entry-cache.js';
import { createEntryJudging } from './entry-judging.js';
import { createEntryTally } from './entry-tally.js';
import { createFactsFeed } from './facts-feed.js';
import { summarise } from './inventory-summary.js';
import { jsonBytes } from './json-bytes.js';
import { createKnownRuns } from './known-runs.js';
import { snapshotJson } from './snapshot-json.js';
import { createStoredSnapshot, plainView, type StoredSnapshot } from './stored-snapshot.js';
import { withinNamespace } from './within-namespace.js';

const maxProblems = 20;
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
  /** Distinct entries. */
  readonly distinct: number;
}

export function createClusterAnalysis(clusterId: string, options: AnalysisOptions): ClusterAnalysis {
  const { context, entryRules, snapshotRules, truthRules = [], truth, now } = options;
  const faults: string[] = [];
  const onFault = (ruleId: string, thrown: unknown): void => {
    const reason = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    if (faults.length < maxFaults) faults.push(`rule ${ruleId} broke: ${reason}`);
  };
  const cache = createEntryCache();
  const runs = createKnownRuns();
  const decodeEntry = createEntryDecoder();
  const takeInventory = createInventoryTaker();
  const factsFeed = createFactsFeed(clusterId);
  const judging = createEntryJudging(entryRules, context, onFault);
  let uploads = 0;
  let stored: Stored | null = null;
  let former: Pick<Stored, 'snapshot' | 'version'> | null = null;

  const make = (request: Uint8Array, cursor: EntryCursor): EntryResult => {
    const { type, info } = cursor;
    const { facts, failure, json } = decodeEntry({ info, compressedInfo: contentAt(request, cursor) });
    const decoded: DecodedEntry =
      failure === null
        ? { facts, failure, readings: readObject(type, json), surplus: entrySurplus(json) }
        : { facts, failure, readings: [] };
    truth?.noteDecoded(decoded, type, json);
    const { outcome, failures } = judging.judge({ type, decoded, json });
    const { high, low } = digestPart(type, decoded);
    return { decoded, outcome, failures, high, low };
  };

  const readEntries = (upload: Upload, number: number) => {
    const entries: Entry[] = [];
    const problems: WireProblem[] = [];
    const tally = createEntryTally(entryRules, judging, upload.seq);
    let decoded = 0;
    let unreadable = 0;
    let distinct = 0;
    let high = 0;
    let low = 0;
    const { bytes } = upload;
    const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const take = (known: KnownEntry): void => {
      const index = entries.length;
      if (known.usedBy === 0) decoded += 1;
      if (known.usedBy !== number) distinct += 1;
      known.usedBy = number;
      if (known.decoded.failure !== null) unreadable += 1;
      tally.add(index, known);
      high = (high + known.high) | 0;
      low = (low + known.low) | 0;
      entries.push({ index, type: known.type, decoded: known.decoded });
    };
    const visit = (cursor: EntryCursor): void => {
      const known = cache.find(source, cursor) ?? cache.add(source, cursor, make(bytes, cursor));
      for (const problem of cursor.problems) if (problems.length < maxProblems) problems.push(problem);
      // Problems name the place where they are; and what has no content is not remembered.
      if (cursor.problems.length === 0 && cursor.start >= 0) runs.add(known, cursor);
      take(known);
    };
    const passOver: PassOver = (offset) => {
      const begin = entries.length;
      const end = runs.pass(offset, (known, start) => {
        known.request = source;
        known.stop += start - known.start;
        known.start = start;
        take(known);
      });
      return { entries: entries.length - begin, end };
    };
    runs.begin(source, number);
    walkEntries(bytes, visit, passOver);
    runs.end();
    const contentDigest = entries.length === 0 || unreadable > 0 ? '' : digestText(high, low);
    return { entries, problems, tallies: tally.tallies(), decoded, unreadable, distinct, contentDigest };
  };

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

  /** Keeps what the newest upload and the stored one use: all else would keep the memory of older uploads. */
  const sweep = (newest: number, distinct: number): void => {
    const isStored = stored === null || stored.number === newest;
    if (cache.size > distinct || !isStored) cache.keepOnly([newest, stored?.number ?? newest]);
  };

  const inventoryOf = (view: InventoryView) =>
    (stored?.snapshot ?? createStoredSnapshot(clusterId, [])).inventory(view).inventory;

  return {
    analyse(upload) {
      uploads += 1;
      const number = uploads;
      faults.length = 0;
      const begin = now();
      const read = readEntries(upload, number);
      const entriesDone = now();
      const { version, errorMsg, registered } = upload;
      const tallies = judgeSnapshot({ clusterId, version, errorMsg, registered, entries: read.entries }, upload);
      const rulesDone = now();
      if (upload.stored) {
        former = stored && { snapshot: stored.snapshot, version: stored.version };
        const { entries, distinct } = read;
        const snapshot = createStoredSnapshot(clusterId, entries, takeInventory);
        stored = { snapshot, version, bytes: upload.bytes, number, distinct };
      }
      sweep(number, read.distinct);
      return {
        seq: upload.seq,
        clusterId,
        stored: upload.stored,
        entries: read.entries.length,
        decoded: read.decoded,
        unreadable: read.unreadable,
        contentDigest: read.contentDigest,
        bytesDigest: digestOf(upload.bytes),
        problems: read.problems,
        tallies: [...read.tallies, ...tallies],
        faults: [...faults],
        timings: { entries: entriesDone - begin, snapshotRules: rulesDone - entriesDone },
      };
    },
    summary: (view) => summarise(inventoryOf(view)),
    inventory: (view) => jsonBytes(inventoryOf(view)),
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
      return cache.size;
    },
  };
}

/** Types of which the upload may hold more than can be told. */
function unclearTypes(snapshot: Snapshot): { readonly obscured: ReadonlySet<string> } {
  const { obscured, anonymous } = indexOf(snapshot);
  return { obscured: new Set([...obscured, ...anonymous]) };
}
