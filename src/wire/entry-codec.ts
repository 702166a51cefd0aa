import { isAscii, isUtf8 } from 'node:buffer';
import { deflateSync } from 'node:zlib';
import type { EntryFacts, EntryFailure } from '../kube/entry.js';
import { defaultEntryLimits, type EntryLimits } from './entry-limits.js';
import { inflate } from './inflate.js';
import { isDeeperThan } from './json-depth.js';
import { findJsonFault } from './json-fault.js';
import { contentAt, type EntryCursor, type RawEntry } from './raw-entry.js';
import { createReusedInflater } from './reused-inflater.js';

export interface EntryDecoding {
  readonly facts: EntryFacts;
  readonly failure: EntryFailure | null;
  /** The JSON value; undefined where there is a failure. A key `__proto__` is a key as any other. */
  readonly json: unknown;
}

/** Inflates and parses one entry. Never throws, and never takes more memory than the limits allow. */
export function decodeEntryJson(
  raw: Pick<RawEntry, 'info' | 'compressedInfo'>,
  limits: EntryLimits = defaultEntryLimits,
): EntryDecoding {
  const { compressedInfo } = raw;
  if (compressedInfo === null || compressedInfo.length === 0) {
    return failed(absence(raw), noBytes);
  }
  const { bytes, trailingBytes, failure } = inflate(compressedInfo, limits.maxInflatedBytes);
  const compressedBytes = compressedInfo.length;
  if (bytes === null) {
    return failed(failure, { ...noBytes, compressedBytes });
  }
  return parse(bytes, { compressedBytes, trailingBytes }, limits);
}

/** Decodes the entry that lies in the request at this place. */
export type EntryDecoder = (request: Uint8Array, place: Pick<EntryCursor, 'info' | 'start' | 'stop'>) => EntryDecoding;

/** `decodeEntryJson` for many entries, which it decodes in two thirds of the time. */
export function createEntryDecoder(limits: EntryLimits = defaultEntryLimits): EntryDecoder {
  const reused = createReusedInflater();
  return (request, place) => {
    const { start, stop } = place;
    const quick = start < stop && reused !== null ? reused.inflate(request, start, stop) : null;
    if (quick === null || quick.bytes.length > limits.maxInflatedBytes) {
      return decodeEntryJson({ info: place.info, compressedInfo: contentAt(request, place) }, limits);
    }
    return parse(quick.bytes, { compressedBytes: stop - start, trailingBytes: quick.trailingBytes }, limits);
  };
}

function parse(
  bytes: Buffer,
  { compressedBytes, trailingBytes }: Pick<EntryFacts, 'compressedBytes' | 'trailingBytes'>,
  limits: EntryLimits,
): EntryDecoding {
  const isPlain = isAscii(bytes);
  const facts: EntryFacts = {
    compressedBytes,
    inflatedBytes: bytes.length,
    trailingBytes,
    invalidUtf8: !isPlain && !isUtf8(bytes),
  };
  if (isDeeperThan(bytes, limits.maxJsonLevels)) {
    const message = `the JSON is nested deeper than ${limits.maxJsonLevels} levels`;
    return failed({ stage: 'json', code: 'json-too-deep', message }, facts);
  }
  const text = bytes.toString(isPlain ? 'latin1' : 'utf8');
  try {
    return { facts, failure: null, json: JSON.parse(text) as unknown };
  } catch (error) {
    return failed({ stage: 'json', code: 'json-syntax', message: explainSyntax(text, error) }, facts);
  }
}

/**
 * What `compressed_info` holds for an object: zlib of its JSON.
 *
 * @throws TypeError if the value has no JSON form
 */
export function encodeEntry(object: unknown): Buffer {
  const text: string | undefined = JSON.stringify(object);
  if (text === undefined) {
    throw new TypeError(`An entry holds an object as JSON, and ${typeof object} has no JSON form.`);
  }
  return deflateSync(text);
}

const noBytes: EntryFacts = { compressedBytes: 0, inflatedBytes: 0, trailingBytes: 0, invalidUtf8: false };

function failed(failure: EntryFailure, facts: EntryFacts): EntryDecoding {
  return { facts, failure, json: undefined };
}

function absence({ info, compressedInfo }: Pick<RawEntry, 'info' | 'compressedInfo'>): EntryFailure {
  if (info !== null && info !== '') {
    const message = `compressed_info is empty, and the ${info.length} characters in info are read by no server`;
    return { stage: 'inflate', code: 'info-instead', message };
  }
  const message = `compressed_info is ${compressedInfo === null ? 'absent' : 'empty'}; zlib of one object's JSON is expected`;
  return { stage: 'inflate', code: 'compressed-info-absent', message };
}

function explainSyntax(text: string, error: unknown): string {
  if (text === '') {
    return 'the stream inflates to nothing; the JSON of one object is expected';
  }
  const fault = findJsonFault(text);
  if (fault === null) {
    return `the text is not JSON: ${String(error)}`;
  }
  const { offset, found, expected } = fault;
  return `the text is not JSON at character ${offset} of ${text.length}: found ${found}, expected ${expected}`;
}
