import type { DecodedEntry, Entry } from '../../kube/entry.js';
import { createObjectReader } from '../../kube/read-object.js';
import { createEntryDecoder } from '../../wire/entry-codec.js';
import { type EntryCursor, type PassOver, walkEntries } from '../../wire/wire-format.js';
import type { WireProblem } from '../../wire/wire-problem.js';
import type { EntryRule } from '../rule.js';
import { createSnapshotIndexing, type SnapshotIndex } from '../rules/common/snapshot-index.js';
import { entrySurplus } from '../rules/cost.js';
import type { RuleTally } from '../tally.js';
import type { ClusterTruth } from '../truth/cluster-truth.js';
import { digestPart, digestText } from './content-digest.js';
import { createEntryCache, type EntryResult, type KnownEntry, type Origin } from './entry-cache.js';
import type { EntryJudging } from './entry-judging.js';
import { createEntryTally } from './entry-tally.js';
import { createKnownRuns } from './known-runs.js';

const maxProblems = 20;

export interface EntryReadingOptions {
  readonly rules: readonly EntryRule[];
  readonly judging: EntryJudging;
  readonly truth: ClusterTruth | undefined;
}

/** A request whose entries are to be read. */
export interface EntrySource {
  readonly bytes: Uint8Array;
  /** Number of the request's call. */
  readonly seq: number;
  /** Of the upload, within this reading; from 1. */
  readonly number: number;
  /** Returns when the bytes up to, not including, this offset are there. */
  readonly arrive: (offset: number) => void;
}

export interface EntriesRead {
  readonly entries: readonly Entry[];
  readonly index: SnapshotIndex;
  readonly problems: readonly WireProblem[];
  /** One for each rule. */
  readonly tallies: readonly RuleTally[];
  /** Entries that were not known. */
  readonly decoded: number;
  readonly unreadable: number;
  /** See `SyncCall.contentDigest`. */
  readonly contentDigest: string;
}

/** Reads the entries of one upload after another. What it knows of them by their bytes is not found out again. */
export interface EntryReading {
  read(source: EntrySource): EntriesRead;
  /** Forgets, sooner or later, what none of these uploads had. */
  keepOnly(uploads: readonly number[]): void;
  /** Distinct entries that are remembered. */
  readonly remembered: number;
}

export function createEntryReading({ rules, judging, truth }: EntryReadingOptions): EntryReading {
  const decodeEntry = createEntryDecoder();
  const readObject = createObjectReader();
  const cache = createEntryCache(make);
  const runs = createKnownRuns();
  /** Of uploads whose memory is needed still. */
  let origins: Origin[] = [];
  let expected = 0;
  let made = 0;

  function make(request: Buffer, cursor: EntryCursor): EntryResult {
    made += 1;
    const { type } = cursor;
    const { facts, failure, json } = decodeEntry(request, cursor);
    const decoded: DecodedEntry =
      failure === null
        ? { facts, failure, readings: readObject(type, json), surplus: entrySurplus(json) }
        : { facts, failure, readings: [] };
    truth?.noteDecoded(decoded, type, json);
    const { outcome, failures } = judging.judge({ type, decoded, json });
    const { high, low } = digestPart(type, decoded);
    return { decoded, outcome, failures, high, low };
  }

  return {
    read({ bytes, seq, number, arrive }) {
      const request = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const entries: Entry[] = [];
      const indexing = createSnapshotIndexing(expected);
      const problems: WireProblem[] = [];
      const tally = createEntryTally(rules, judging, seq);
      const origin: Origin = { number, request, entries: 0 };
      const madeBefore = made;
      let unreadable = 0;
      let high = 0;
      let low = 0;

      const take = (known: KnownEntry, start: number, stop: number): void => {
        const index = entries.length;
        known.origin = origin;
        known.start = start;
        known.stop = stop;
        if (known.decoded.failure !== null) unreadable += 1;
        tally.add(index, known);
        high = (high + known.high) | 0;
        low = (low + known.low) | 0;
        const entry = { index, type: known.type, decoded: known.decoded };
        entries.push(entry);
        indexing.add(entry);
      };
      const visit = (cursor: EntryCursor): void => {
        const known = cache.get(request, cursor);
        for (const problem of cursor.problems) if (problems.length < maxProblems) problems.push(problem);
        // Problems name the place where they are; and what has no content is not remembered.
        if (cursor.problems.length === 0 && cursor.start >= 0) runs.add(known, cursor);
        take(known, cursor.start, cursor.stop);
      };
      const takeAgain = (known: KnownEntry, start: number): void =>
        take(known, start, start + known.stop - known.start);
      const passOver: PassOver = (offset) => {
        const begin = entries.length;
        const end = runs.pass(offset, takeAgain);
        return { entries: entries.length - begin, end };
      };

      origins.push(origin);
      runs.begin(request, origin, arrive);
      walkEntries(request, visit, { passOver, arrive });
      runs.end();
      expected = entries.length;
      origin.entries = entries.length;
      return {
        entries,
        index: indexing.index(entries),
        problems,
        tallies: tally.tallies(),
        decoded: made - madeBefore,
        unreadable,
        contentDigest: entries.length === 0 || unreadable > 0 ? '' : digestText(high, low),
      };
    },
    keepOnly(uploads) {
      for (const origin of origins) if (!uploads.includes(origin.number)) origin.request = null;
      origins = origins.filter(({ request }) => request !== null);
      cache.sweep(origins.reduce((sum, { entries }) => sum + entries, 0));
    },
    get remembered() {
      return cache.size;
    },
  };
}
