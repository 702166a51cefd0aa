import { describe, expect, it } from 'vitest';
import { createMemoryJournal } from '../../src/journal/memory-journal.js';
import { callRecord } from './records.js';

describe('createMemoryJournal', () => {
  it('pages through the calls by position, also where their numbers are out of order', () => {
    const journal = createMemoryJournal({ calls: 10, bytes: 1000 });
    for (const seq of [2, 1, 3]) {
      journal.append(callRecord(seq));
    }
    expect(journal.after(0, 2).map(({ call, position }) => [call.seq, position])).toEqual([
      [2, 1],
      [1, 2],
    ]);
    expect(journal.after(2, 2).map(({ call }) => call.seq)).toEqual([3]);
    expect(journal.after(3, 2)).toEqual([]);
    expect(journal.get(1)?.position).toBe(2);
    expect(journal.get(7)).toBeNull();
  });

  it('forgets the oldest calls and counts them', () => {
    const journal = createMemoryJournal({ calls: 2, bytes: 1000 });
    for (let seq = 1; seq <= 5; seq++) {
      journal.append(callRecord(seq));
    }
    expect(journal.after(0, 10).map(({ call }) => call.seq)).toEqual([4, 5]);
    expect(journal.get(3)).toBeNull();
    expect(journal.stats()).toMatchObject({ calls: 2, droppedCalls: 3, lastPosition: 5 });
  });

  it('drops the bytes of the oldest calls where there are too many, and keeps their lengths', () => {
    const journal = createMemoryJournal({ calls: 10, bytes: 250 });
    for (let seq = 1; seq <= 3; seq++) {
      journal.append(callRecord(seq, Buffer.alloc(100)));
    }
    expect(journal.get(1)).toMatchObject({
      bodiesDropped: true,
      requestBytes: 100,
      call: { request: new Uint8Array(0) },
    });
    expect(journal.get(3)).toMatchObject({ bodiesDropped: false });
    expect(journal.stats()).toMatchObject({ calls: 3, bytes: 204, droppedBodies: 1, droppedCalls: 0 });
  });

  it('does not keep a message that is larger than its bound', () => {
    const journal = createMemoryJournal({ calls: 10, bytes: 250 });
    journal.append(callRecord(1, Buffer.alloc(1000)));
    journal.append(callRecord(2));
    expect(journal.get(1)).toMatchObject({ bodiesDropped: true, requestBytes: 1000 });
    expect(journal.get(2)).toMatchObject({ bodiesDropped: false });
  });

  it('keeps the request of a call whose answer is too long', () => {
    const journal = createMemoryJournal({ calls: 2, bytes: 10_000, answerBytes: 50 });
    journal.append({ ...callRecord(1, Buffer.alloc(100)), response: Buffer.alloc(51) });
    journal.append({ ...callRecord(2, Buffer.alloc(100)), response: Buffer.alloc(50) });
    const dropped = { responseBytes: 51, answerDropped: true, bodiesDropped: false };
    expect(journal.get(1)).toMatchObject({ ...dropped, call: { response: new Uint8Array(0) }, requestBytes: 100 });
    expect(journal.get(2)).toMatchObject({ responseBytes: 50, answerDropped: false });
    expect(journal.stats()).toMatchObject({ bytes: 250, droppedBodies: 0, droppedAnswers: 1 });
  });
});
