import { expect, test } from 'vitest';
import {
  decodeFrameBody,
  decodeFrameHead,
  encodeFrame,
  encodeSmallFrame,
  frameHeadSize,
} from '../../src/journal/frame.js';
import type { CallRecord, JournalRecord } from '../../src/journal/record.js';

// Empty arrays with and without memory behind them: some libraries give one, some the other.
const empties: [string, Uint8Array][] = [
  ['an empty array', new Uint8Array(0)],
  ['an empty view of something', Buffer.from('abc').subarray(1, 1)],
  ['an empty buffer of nothing', new Uint8Array(new ArrayBuffer(0))],
];

test.each(empties)('a record without a message is read back (%s)', (_, nothing) => {
  const record: CallRecord = {
    kind: 'call',
    seq: 1,
    time: 2,
    duration: 3,
    peer: '127.0.0.1:4',
    path: '/agent.Synchronizer/KubernetesAPISync',
    metadata: [],
    outcome: 'unary',
    request: Uint8Array.of(1, 2, 3),
    response: nothing,
    status: 0,
    statusMessage: '',
  };
  const frame = Buffer.concat(encodeFrame(record));
  const head = decodeFrameHead(frame.subarray(0, frameHeadSize));
  if (head === null) throw new Error('the head was not read back');
  const read = decodeFrameBody(head, frame.subarray(frameHeadSize));
  expect(read).toMatchObject({ seq: 1, request: Buffer.from([1, 2, 3]), response: Buffer.alloc(0) });
});

const metadata = [['user-agent', 'grpc']] as const;

test.each<JournalRecord>([
  { kind: 'stream', seq: 7, time: 1, peer: 'p', path: '/a/Push', metadata, request: Buffer.from('opening') },
  {
    ...{ kind: 'stream', seq: 8, time: 1, peer: 'p', path: '/a/B', metadata, request: Buffer.alloc(0) },
    fault: { id: 'f', kind: 'silence', taken: false },
  },
  { kind: 'message', seq: 7, time: 2, from: 'client', size: 3, bytes: Buffer.from('abc') },
  { kind: 'message', seq: 7, time: 3, from: 'server', size: 300, bytes: Buffer.from('abc') },
  {
    ...{ kind: 'call', seq: 7, time: 1, duration: 9, peer: 'p', path: '/a/Push', metadata, outcome: 'stream' },
    ...{ request: Buffer.from('opening'), response: Buffer.alloc(0), status: 8, statusMessage: 'why' },
    stream: { received: 1, receivedBytes: 7, sent: 2, sentBytes: 9, dropped: 'slow-reader' },
  },
])('a record of a stream is read back (%o)', (record) => {
  for (const frame of [Buffer.concat(encodeFrame(record)), encodeSmallFrame(record, new WeakMap())]) {
    const head = decodeFrameHead(frame.subarray(0, frameHeadSize));
    if (head === null) throw new Error('the head was not read back');
    expect(decodeFrameBody(head, frame.subarray(frameHeadSize))).toEqual(record);
  }
});
