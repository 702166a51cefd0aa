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
  const json = Buffer.from(jsonOf(record, texts));
  const { request, response } = messagesOf(record);
  let sum = crc32(json);
  // Without empty pieces: the sum of one that has no memory at all is 0, whatever it was to go on from.
  const messages = [request, response].filter((piece) => piece.length > 0);
  for (const piece of messages) sum = crc32(piece, sum);
  return [encodeHead(json.length, request.length, response.length, sum), json, ...messages];
}

/** A frame in one piece: for small records, of which the copying costs less than handing on the pieces. */
export function encodeSmallFrame(record: JournalRecord, texts: MetadataTexts): Buffer {
  const text = jsonOf(record, texts);
  const { request, response } = messagesOf(record);
  const jsonLength = Buffer.byteLength(text);
  const requestStart = frameHeadSize + jsonLength;
  const responseStart = requestStart + request.length;
  const frame = Buffer.allocUnsafe(responseStart + response.length);
  frame.write(text, frameHeadSize);
  frame.set(request, requestStart);
  frame.set(response, responseStart);
  writeHead(frame, jsonLength, request.length, response.length, crc32(frame.subarray(frameHeadSize)));
  return frame;
}

function encodeHead(jsonLength: number, requestLength: number, responseLength: number, bodyCrc: number): Buffer {
  const head = Buffer.allocUnsafe(frameHeadSize);
  writeHead(head, jsonLength, requestLength, responseLength, bodyCrc);
  return head;
}

function writeHead(
  to: Buffer,
  jsonLength: number,
  requestLength: number,
  responseLength: number,
  bodyCrc: number,
): void {
  to.writeUInt32LE(jsonLength, 0);
  to.writeUInt32LE(requestLength, 4);
  to.writeUInt32LE(responseLength, 8);
  to.writeUInt32LE(bodyCrc, 12);
  to.writeUInt32LE(crc32(to.subarray(0, 16)), 16);
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
  const request = body.subarray(requestStart, responseStart);
  const response = body.subarray(responseStart, responseStart + head.responseLength);
  switch (fields.kind) {
    case 'call':
      return { ...fields, request, response };
    case 'stream':
    case 'held':
      return { ...fields, request };
    case 'message':
      return { ...fields, bytes: fields.from === 'client' ? request : response };
    default:
      return fields;
  }
}

const nothing = new Uint8Array(0);

function messagesOf(record: JournalRecord): { readonly request: Uint8Array; readonly response: Uint8Array } {
  switch (record.kind) {
    case 'call':
      return record;
    case 'stream':
    case 'held':
      return { request: record.request, response: nothing };
    case 'message':
      return record.from === 'client'
        ? { request: record.bytes, response: nothing }
        : { request: nothing, response: record.bytes };
    default:
      return { request: nothing, response: nothing };
  }
}

/** All of a record but its messages. */
function jsonOf(record: JournalRecord, texts: MetadataTexts): string {
  if (record.kind === 'stream') {
    const { request: _, metadata, ...fields } = record;
    return `${JSON.stringify(fields).slice(0, -1)},"metadata":${metadataJson(metadata, texts)}}`;
  }
  if (record.kind === 'message') {
    const { kind, seq, time, from, size } = record;
    return JSON.stringify({ kind, seq, time, from, size });
  }
  if (record.kind === 'held') {
    const { request: _, ...fields } = record;
    return JSON.stringify(fields);
  }
  if (record.kind !== 'call') return JSON.stringify(record);
  const { kind, seq, time, duration, peer, path, outcome, status, statusMessage, fault, stream } = record;
  // Named one by one: taking the rest of an object costs as much as its JSON.
  const plain: Omit<CallRecord, 'request' | 'response' | 'metadata'> = {
    kind,
    seq,
    time,
    duration,
    peer,
    path,
    outcome,
    status,
    statusMessage,
  };
  const fields = fault === undefined && stream === undefined ? plain : { ...plain, fault, stream };
  return `${JSON.stringify(fields).slice(0, -1)},"metadata":${metadataJson(record.metadata, texts)}}`;
}

function metadataJson(metadata: CallRecord['metadata'], texts: MetadataTexts): string {
  const known = texts.get(metadata);
  if (known !== undefined) return known;
  const text = JSON.stringify(metadata);
  texts.set(metadata, text);
  return text;
}
