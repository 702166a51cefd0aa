import { crc32 } from 'node:zlib';
import type { CallRecord, JournalRecord } from './record.js';

/**
 * A record on disk: a head of 20 bytes, then JSON, then the request's and the response's bytes as they are.
 *
 * Head, integers little-endian: uint32 length of the JSON, uint32 length of the request, uint32 length of the response,
 * uint32 CRC-32 of what follows the head, uint32 CRC-32 of the sixteen bytes before. The head has a sum of its own so that
 * a length that was damaged is told apart from a file that ends too early.
 */
export const frameHeadSize = 20;

export interface FrameHead {
  readonly jsonLength: number;
  readonly requestLength: number;
  readonly responseLength: number;
  readonly bodyCrc: number;
}

export function frameBodyLength(head: FrameHead): number {
  return head.jsonLength + head.requestLength + head.responseLength;
}

/** JSON of metadata: the calls of a client mostly share one list, of which each would otherwise make the same text. */
export type MetadataTexts = WeakMap<CallRecord['metadata'], string>;

/** The pieces of a frame, to be written one behind the other; the record's bytes are not copied. */
export function encodeFrame(record: JournalRecord, texts: MetadataTexts = new WeakMap()): readonly Uint8Array[] {
  const { request, response, json: text } = splitBytes(record, texts);
  const json = Buffer.from(text);
  const head = Buffer.allocUnsafe(frameHeadSize);
  head.writeUInt32LE(json.length, 0);
  head.writeUInt32LE(request.length, 4);
  head.writeUInt32LE(response.length, 8);
  const pieces: Uint8Array[] = [head, json];
  let sum = crc32(json);
  for (const piece of [request, response]) {
    // Without empty pieces: the sum of one that has no memory at all is 0, whatever it was to go on from.
    if (piece.length === 0) continue;
    sum = crc32(piece, sum);
    pieces.push(piece);
  }
  head.writeUInt32LE(sum, 12);
  head.writeUInt32LE(crc32(head.subarray(0, 16)), 16);
  return pieces;
}

/** Null where the head's own sum does not fit. */
export function decodeFrameHead(head: Buffer): FrameHead | null {
  if (head.readUInt32LE(16) !== crc32(head.subarray(0, 16))) {
    return null;
  }
  return {
    jsonLength: head.readUInt32LE(0),
    requestLength: head.readUInt32LE(4),
    responseLength: head.readUInt32LE(8),
    bodyCrc: head.readUInt32LE(12),
  };
}

/** Null where the body's sum does not fit. The record's bytes are views of `body`. */
export function decodeFrameBody(head: FrameHead, body: Buffer): JournalRecord | null {
  if (crc32(body) !== head.bodyCrc) {
    return null;
  }
  const requestStart = head.jsonLength;
  const responseStart = requestStart + head.requestLength;
  // The sum fits, so this is what `encodeFrame` wrote.
  const fields = JSON.parse(body.toString('utf8', 0, head.jsonLength)) as JournalRecord;
  if (fields.kind !== 'call') {
    return fields;
  }
  return {
    ...fields,
    request: body.subarray(requestStart, responseStart),
    response: body.subarray(responseStart, responseStart + head.responseLength),
  };
}

const nothing = new Uint8Array(0);

function splitBytes(
  record: JournalRecord,
  texts: MetadataTexts,
): { request: Uint8Array; response: Uint8Array; json: string } {
  if (record.kind !== 'call') {
    return { request: nothing, response: nothing, json: JSON.stringify(record) };
  }
  const { request, response, metadata, ...fields }: CallRecord = record;
  return {
    request,
    response,
    json: `${JSON.stringify(fields).slice(0, -1)},"metadata":${metadataJson(metadata, texts)}}`,
  };
}

function metadataJson(metadata: CallRecord['metadata'], texts: MetadataTexts): string {
  const known = texts.get(metadata);
  if (known !== undefined) return known;
  const text = JSON.stringify(metadata);
  texts.set(metadata, text);
  return text;
}
