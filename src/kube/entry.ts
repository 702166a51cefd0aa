import type { Reading } from './reading.js';

/** Why an entry holds no readable object. `stage` says how far it came, which decides what the server loses with it. */
export interface EntryFailure {
  readonly stage: 'inflate' | 'json';
  readonly code: EntryFailureCode;
  /** One sentence for a person: what was found, and what was expected. */
  readonly message: string;
}

export type EntryFailureCode =
  /** `compressed_info` is absent or empty. */
  | 'compressed-info-absent'
  /** As above, but the text sits in `info`, which no server reads. */
  | 'info-instead'
  | 'gzip'
  | 'raw-deflate'
  | 'not-zlib'
  | 'zlib-truncated'
  | 'zlib-corrupt'
  /** Inflates past the bound (bytes); the rest was not inflated. */
  | 'inflates-too-large'
  | 'json-syntax'
  /** Nested deeper than the 10,000 levels that Go's decoder accepts. */
  | 'json-too-deep';

/** Sizes and oddities of an entry that do not keep it from being read. */
export interface EntryFacts {
  /** Bytes on the wire, as zlib. */
  readonly compressedBytes: number;
  /** Bytes of JSON text; 0 where it could not be inflated. */
  readonly inflatedBytes: number;
  /** Bytes that follow the end of the zlib stream; servers ignore them. */
  readonly trailingBytes: number;
  /** The text is not UTF-8; servers put U+FFFD where it breaks. */
  readonly invalidUtf8: boolean;
}

/** What one distinct (type, bytes) decodes to. Shared by all snapshots that carry the same bytes. */
export interface DecodedEntry {
  readonly facts: EntryFacts;
  readonly failure: EntryFailure | null;
  /**
   * What the entry's JSON holds, object by object: one reading for one object. Empty where decoding failed. A List or
   * an array gives one reading of kind `not-an-object` followed by one reading for each item (which only a compat that
   * accepts lists takes into account).
   */
  readonly readings: readonly Reading[];
  /** What of the entry nobody needs; absent where nobody looked. */
  readonly surplus?: EntrySurplus;
}

/** Parts of Kubernetes objects that often make up most of an entry and that no server reads. */
export interface EntrySurplus {
  /** `metadata.managedFields` is there. */
  readonly managedFields: boolean;
  /** The annotation kubectl.kubernetes.io/last-applied-configuration is there. */
  readonly lastApplied: boolean;
}

/** One element of `entries`. */
export interface Entry {
  /** Position in the request, from 0. */
  readonly index: number;
  /** The type string as sent. */
  readonly type: string;
  readonly decoded: DecodedEntry;
}

/** A cluster's resources as a server holds them. */
export interface Snapshot {
  readonly clusterId: string;
  /** uint64. */
  readonly version: bigint;
  readonly errorMsg: string;
  /** A domain with this cluster id exists. */
  readonly registered: boolean;
  readonly entries: readonly Entry[];
}
