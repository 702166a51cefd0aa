import protobuf from 'protobufjs';
import { type RawEntry, splitEntries } from './raw-entry.js';
import { type SyncRequestFields, type SyncRequestScan, scanSyncRequest } from './sync-request.js';
import { WireReader, wireTypes } from './wire-reader.js';

/** One element of `entries` to send. Absent fields are left out; present ones are sent even where empty. */
export interface EntryInput {
  readonly type?: string;
  readonly info?: string;
  readonly compressedInfo?: Uint8Array;
}

/** A request to send. Absent fields are left out; present ones are sent even where "" or 0. */
export interface SyncRequestInput extends Partial<SyncRequestFields> {
  readonly entries?: readonly EntryInput[];
}

/** KubernetesAPISyncRequest; its bytes are the same in both packages. */
export function encodeSyncRequest(request: SyncRequestInput): Buffer {
  const writer = protobuf.Writer.create();
  const text = (field: number, value: string | undefined) => {
    if (value !== undefined) writer.uint32(tag(field, wireTypes.bytes)).string(value);
  };
  text(1, request.clusterId);
  if (request.version !== undefined) writeVersion(writer, 2, request.version);
  text(3, request.errorMsg);
  if (request.agentId !== undefined) writer.uint32(tag(4, wireTypes.varint)).uint32(request.agentId);
  text(5, request.sourceIp);
  text(6, request.teamId);
  for (const entry of request.entries ?? []) {
    writer.uint32(tag(10, wireTypes.bytes)).fork();
    text(1, entry.type);
    text(2, entry.info);
    if (entry.compressedInfo !== undefined) writer.uint32(tag(3, wireTypes.bytes)).bytes(entry.compressedInfo);
    writer.ldelim();
  }
  return finish(writer);
}

export interface DecodedSyncRequest extends SyncRequestScan {
  readonly entries: readonly RawEntry[];
}

/** Scan and entries at once, for small requests; see `scanSyncRequest` and `splitEntries`. Never throws. */
export function decodeSyncRequest(bytes: Uint8Array): DecodedSyncRequest {
  const entries: RawEntry[] = [];
  splitEntries(bytes, (entry) => entries.push(entry));
  return { ...scanSyncRequest(bytes), entries };
}

/**
 * KubernetesAPISyncResponse; its bytes are the same in both packages.
 *
 * @param version uint64; null leaves it unset, which is not the same as 0
 */
export function encodeSyncResponse(version: bigint | null): Buffer {
  const writer = protobuf.Writer.create();
  if (version !== null) writeVersion(writer, 1, version);
  return finish(writer);
}

/**
 * `version` of a KubernetesAPISyncResponse: null where it is unset.
 *
 * @throws Error if the bytes are not protobuf
 */
export function decodeSyncResponse(bytes: Uint8Array): bigint | null {
  const reader = new WireReader(bytes);
  let version: bigint | null = null;
  while (reader.next()) {
    if (reader.field === 1 && reader.wireType === wireTypes.varint) {
      if (reader.varint()) version = (BigInt(reader.high) << 32n) | BigInt(reader.low);
    } else {
      reader.skip();
    }
  }
  if (reader.fault !== null) {
    throw new Error(`The response is not protobuf at byte ${reader.fault.offset}: ${reader.fault.message}.`);
  }
  return version;
}

function tag(field: number, wireType: number): number {
  return (field << 3) | wireType;
}

function writeVersion(writer: protobuf.Writer, field: number, version: bigint): void {
  if (version !== BigInt.asUintN(64, version)) {
    throw new RangeError(`version ${version} is not a uint64 (0 to ${2n ** 64n - 1n})`);
  }
  // In halves, as a number would lose what is above 2^53; protobufjs takes them as it takes a Long.
  const low = Number(BigInt.asIntN(32, version));
  const high = Number(BigInt.asIntN(32, version >> 32n));
  writer.uint32(tag(field, wireTypes.varint)).uint64({ low, high, unsigned: true });
}

function finish(writer: protobuf.Writer): Buffer {
  const bytes = writer.finish();
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
