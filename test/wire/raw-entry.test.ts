import { describe, expect, it } from 'vitest';
import { encodeSyncRequest } from '../../src/wire/call-messages.js';
import { type RawEntry, splitEntries } from '../../src/wire/wire-format.js';

function bytesOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

function split(bytes: Uint8Array): RawEntry[] {
  const entries: RawEntry[] = [];
  splitEntries(bytes, (entry) => entries.push(entry));
  return entries;
}

describe('splitEntries', () => {
  it('gives the entries in order, and tells absent fields from empty ones', () => {
    const entries = [
      { type: '*v1.Pod', compressedInfo: Uint8Array.of(1, 2) },
      { type: '*v1.Pod', info: '', compressedInfo: new Uint8Array(0) },
      {},
      { type: '*v1.Nod', info: 'text' },
    ];
    expect(split(encodeSyncRequest({ clusterId: 'c', version: 1n, entries }))).toEqual([
      { index: 0, type: '*v1.Pod', info: null, compressedInfo: Uint8Array.of(1, 2), problems: [] },
      { index: 1, type: '*v1.Pod', info: '', compressedInfo: new Uint8Array(0), problems: [] },
      { index: 2, type: '', info: null, compressedInfo: null, problems: [] },
      { index: 3, type: '*v1.Nod', info: 'text', compressedInfo: null, problems: [] },
    ]);
  });

  it('gives views of the bytes, also of bytes that are a view themselves', () => {
    const request = encodeSyncRequest({ entries: [{ type: 'a', compressedInfo: Uint8Array.of(7, 8, 9) }] });
    const outer = new Uint8Array(request.length + 10);
    outer.set(request, 5);
    const [entry] = split(outer.subarray(5, 5 + request.length));
    expect(entry?.compressedInfo).toEqual(Uint8Array.of(7, 8, 9));
    expect(entry?.compressedInfo?.buffer).toBe(outer.buffer);
  });

  it('keeps problems with their entry, at their place in the request', () => {
    const entries = split(bytesOf('52 03 0a 01 61  52 05 08 01 0a 01 62  52 02 20 05  52 03 0a 01 ff  52 03 0a 01 ff'));
    expect(entries.map(({ type, problems }) => [type, problems.map(({ kind }) => kind)])).toEqual([
      ['a', []],
      ['b', ['wrong-wire-type']],
      ['', ['unknown-field']],
      ['\ufffd', ['invalid-utf8']],
      ['\ufffd', ['invalid-utf8']],
    ]);
    expect(entries[1]?.problems).toEqual([
      {
        kind: 'wrong-wire-type',
        offset: 7,
        field: 1,
        message: 'type of entry 1 is a varint instead of a length and bytes',
      },
    ]);
    expect(entries[2]?.problems[0]?.message).toBe('entry 2 has no field 4 (found a varint)');
  });

  it('takes the last of several', () => {
    const [entry] = split(bytesOf('52 0c 0a 01 61 1a 01 01 0a 01 62 1a 01 02'));
    expect(entry).toMatchObject({ type: 'b', compressedInfo: Uint8Array.of(2) });
  });

  it('gives a broken entry with what stands before the break, and the entries behind it', () => {
    const entries = split(bytesOf('52 06 0a 01 61 1a 09 00  52 03 0a 01 62'));
    expect(entries.map(({ type }) => type)).toEqual(['a', 'b']);
    expect(entries[0]?.problems).toMatchObject([{ kind: 'malformed', offset: 6, field: 3 }]);
    expect(entries[1]?.problems).toEqual([]);
  });

  it('stops where the request breaks', () => {
    expect(split(bytesOf('52 03 0a 01 61  52 09 0a'))).toHaveLength(1);
  });
});
