import { createProblemList, isRefusal, malformed, unexpectedField } from './problem-list.js';
import { unexpectedInEntry } from './raw-entry.js';
import { readText } from './text-field.js';
import type { WireProblem } from './wire-problem.js';
import { isPlainlyWhole, WireReader, wireTypes } from './wire-reader.js';

/** KubernetesAPISyncRequest without its entries, as proto2 has it: absent is "" or 0, and the last of several counts. */
export interface SyncRequestFields {
  readonly clusterId: string;
  /** uint64. */
  readonly version: bigint;
  readonly errorMsg: string;
  /** uint32. `vtap_id` in package trident. */
  readonly agentId: number;
  readonly sourceIp: string;
  readonly teamId: string;
}

export interface SyncRequestScan extends SyncRequestFields {
  /** Which of the fields the bytes had, be it with the value "" or 0. */
  readonly present: Readonly<Record<keyof SyncRequestFields, boolean>>;
  readonly entryCount: number;
  /** Bytes of all entries, as messages. */
  readonly entryBytes: number;
  /** What is wrong beside the entries and does not keep the message from being read. */
  readonly problems: readonly WireProblem[];
  /**
   * The first thing for which servers refuse the whole message: bytes that break off, or a field of the wrong wire type
   * (which is among `problems`, too), be it inside an entry. What could be read all the same is in the other fields.
   */
  readonly malformed: WireProblem | null;
}

type TextKey = 'clusterId' | 'errorMsg' | 'sourceIp' | 'teamId';

const textFields: Readonly<Record<number, { readonly key: TextKey; readonly name: string }>> = {
  1: { key: 'clusterId', name: 'cluster_id' },
  3: { key: 'errorMsg', name: 'error_msg' },
  5: { key: 'sourceIp', name: 'source_ip' },
  6: { key: 'teamId', name: 'team_id' },
};
const numberNames: Readonly<Record<number, string>> = { 2: 'version', 4: 'agent_id' };
const entriesField = 10;
const entriesTag = (entriesField << 3) | wireTypes.bytes;

/** Bytes. Shorter messages are read again as quickly as they are remembered. */
const worthRemembering = 1024 * 1024;
const scans = new WeakMap<Uint8Array, SyncRequestScan>();

/**
 * Reads a KubernetesAPISyncRequest of either package, without looking at what its entries hold. Takes some
 * milliseconds for 100,000 entries, and nothing where the same large message, which nobody may change, was read before:
 * who answers a call is not the only one who looks at it. Never throws.
 */
export function scanSyncRequest(bytes: Uint8Array): SyncRequestScan {
  if (bytes.length < worthRemembering) return scan(bytes);
  const before = scans.get(bytes);
  if (before !== undefined) return before;
  const made = scan(bytes);
  scans.set(bytes, made);
  return made;
}

function scan(bytes: Uint8Array): SyncRequestScan {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const reader = new WireReader(bytes);
  let inner: WireReader | null = null;
  const problems = createProblemList();
  const fields = { clusterId: '', version: 0n, errorMsg: '', agentId: 0, sourceIp: '', teamId: '' };
  const present = {
    clusterId: false,
    version: false,
    errorMsg: false,
    agentId: false,
    sourceIp: false,
    teamId: false,
  };
  let entryCount = 0;
  let entryBytes = 0;
  let refusal: WireProblem | null = null;

  const passEntries = (): boolean => {
    if (reader.fault !== null) return false;
    const run = plainEntries(bytes, reader.position);
    entryCount += run.entries;
    entryBytes += run.bytes;
    reader.reset(run.end, bytes.length);
    return true;
  };

  while (passEntries() && reader.next()) {
    const { field, wireType } = reader;
    const text = textFields[field];
    if (field === entriesField && wireType === wireTypes.bytes) {
      if (!reader.payload()) break;
      if (refusal === null && !isPlainlyWhole(bytes, reader.start, reader.stop)) {
        inner ??= new WireReader(bytes);
        refusal = refusalInside(entryCount, reader, inner);
      }
      entryCount++;
      entryBytes += reader.stop - reader.start;
    } else if (text !== undefined && wireType === wireTypes.bytes) {
      if (!reader.payload()) break;
      fields[text.key] = readText(buffer, reader, text.name, problems);
      present[text.key] = true;
    } else if (field === 2 && wireType === wireTypes.varint) {
      if (!reader.varint()) break;
      fields.version = (BigInt(reader.high) << 32n) | BigInt(reader.low);
      present.version = true;
    } else if (field === 4 && wireType === wireTypes.varint) {
      if (!reader.varint()) break;
      fields.agentId = reader.low;
      present.agentId = true;
    } else {
      const problem = unexpected(reader);
      problems.add(problem);
      if (isRefusal(problem)) refusal ??= problem;
      reader.skip();
    }
  }

  refusal ??= reader.fault && malformed('the request', reader.fault);
  const { clusterId, version, errorMsg, agentId, sourceIp, teamId } = fields;
  // Named one by one: a spread here takes longer than all the rest.
  return {
    clusterId,
    version,
    errorMsg,
    agentId,
    sourceIp,
    teamId,
    present,
    entryCount,
    entryBytes,
    problems: problems.take(),
    malformed: refusal,
  };
}

/**
 * Passes over the entries that stand one behind the other from an offset on, as long as they are plainly whole. All in one
 * loop of few numbers: the first large message comes before anything of the reader is compiled, and others wait for it.
 */
function plainEntries(bytes: Uint8Array, from: number) {
  let end = from;
  let entries = 0;
  let size = 0;
  while (end < bytes.length && bytes[end] === entriesTag) {
    let start = end + 1;
    let length = 0;
    let shift = 0;
    let byte = 0x80;
    while (byte >= 0x80 && shift <= 21 && start < bytes.length) {
      byte = bytes[start++] as number;
      length |= (byte & 0x7f) << shift;
      shift += 7;
    }
    const stop = start + length;
    if (byte >= 0x80 || stop > bytes.length || !isPlainlyWhole(bytes, start, stop)) break;
    end = stop;
    entries += 1;
    size += length;
  }
  return { entries, bytes: size, end };
}

function refusalInside(index: number, outer: WireReader, inner: WireReader): WireProblem | null {
  inner.reset(outer.start, outer.stop);
  while (inner.next()) {
    const problem = unexpectedInEntry(inner, index);
    if (problem !== null && isRefusal(problem)) {
      return problem;
    }
    inner.skip();
  }
  return inner.fault && malformed(`entry ${index}`, inner.fault);
}

function unexpected(reader: WireReader): WireProblem {
  const { field } = reader;
  const number = numberNames[field];
  const other = field === entriesField ? 'entries' : textFields[field]?.name;
  return unexpectedField(
    reader,
    'the request',
    number ?? other,
    number === undefined ? wireTypes.bytes : wireTypes.varint,
  );
}
