import type { DecodedEntry, Entry } from '../../kube/entry.js';
import { createObjectReader } from '../../kube/read-object.js';
import { createEntryDecoder } from '../../wire/entry-codec.js';
import { createEntryWalk, type EntryCursor, type PassOver } from '../../wire/wire-format.js';
import type { WireProblem } from '../../wire/wire-problem.js';
import { createMessageDigest } from '../message-digest.js';
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
}

export interface EntriesRead {
  /** Of the upload, within this reading. */
  readonly number: number;
  readonly entries: readonly Entry[];
  readonly index: SnapshotIndex;
  readonly problems: readonly WireProblem[];
  /** One for each rule. */
  readonly tallies: readonly RuleTally[];
  /** Entries that were not known. */
  readonly decoded: number;
  readonly unreadable: number;
  /** Of the whole request, see `digestOf`. */
  readonly bytesDigest: string;
  /** See `SyncCall.contentDigest`. */
  readonly contentDigest: string;
}

interface OpenUpload {
  readonly seq: number;
  readonly origin: Origin;
  readonly length: number;
  advance(there: number): void;
  close(): EntriesRead;
}

/** Reads the entries of one upload after another. What it knows of them by their bytes is not found out again. */
export interface EntryReading {
  /**
   * Begins with a request that is on its way, or goes on with it. If another one is read instead, this one does not count.
   *
   * @param there its bytes up to, not including, this offset are there
   */
  foresee(source: EntrySource, there: number): void;
  /** The foreseen request with this number does not come. */
  abandon(seq: number): void;
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
  let numbers = 0;

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

  /** The upload that is being read; null between two of them. */
  let current: OpenUpload | null = null;

  function open({ bytes, seq }: EntrySource): OpenUpload {
    const request = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    numbers += 1;
    const origin: Origin = { number: numbers, request, entries: 0 };
    const entries: Entry[] = [];
    const indexing = createSnapshotIndexing(expected);
    const problems: WireProblem[] = [];
    const tally = createEntryTally(rules, judging, seq);
    const digest = createMessageDigest();
    const madeBefore = made;
    let digested = 0;
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
    const takeAgain = (known: KnownEntry, start: number): void => take(known, start, start + known.stop - known.start);
    const passOver: PassOver = (offset, there) => {
      const begin = entries.length;
      const end = runs.pass(offset, there, takeAgain);
      return end < 0 ? null : { entries: entries.length - begin, end };
    };

    origins.push(origin);
    runs.begin(request, origin);
    const walk = createEntryWalk(request, visit, passOver);
    return {
      seq,
      origin,
      length: request.length,
      advance(there) {
        walk.advance(there);
        digest.add(request.subarray(digested, there));
        digested = there;
      },
      close() {
        runs.end();
        expected = entries.length;
        origin.entries = entries.length;
        return {
          number: origin.number,
          entries,
          index: indexing.index(entries),
          problems,
          tallies: tally.tallies(),
          decoded: made - madeBefore,
          unreadable,
          bytesDigest: digest.text(),
          contentDigest: entries.length === 0 || unreadable > 0 ? '' : digestText(high, low),
        };
      },
    };
  }

  /** What it took along from the upload before is not found by its bytes any more, and read again when it comes again. */
  const abandon = (): void => {
    if (current === null) return;
    runs.abandon();
    current.origin.request = null;
    origins = origins.filter(({ request }) => request !== null);
    current = null;
  };
  const isCurrent = ({ seq, bytes }: EntrySource): boolean => current?.seq === seq && current.length === bytes.length;
  const openFor = (source: EntrySource): OpenUpload => {
    if (current !== null && isCurrent(source)) return current;
    abandon();
    current = open(source);
    return current;
  };

  return {
    abandon(seq) {
      if (current?.seq === seq) abandon();
    },
    foresee(source, there) {
      // Two that arrive side by side would begin anew in turns; the second one is read when it is there.
      if (current === null || isCurrent(source)) openFor(source).advance(there);
    },
    read(source) {
      const upload = openFor(source);
      upload.advance(source.bytes.length);
      current = null;
      return upload.close();
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
