import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createMessageFraming } from '../../../src/server/streams/message-framing.js';
import { framed } from '../support/raw-client.js';

it('knows what is missing of the last message, however the bytes come in', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 40 })),
      fc.uint8Array({ maxLength: 40 }),
      fc.nat(),
      fc.array(fc.integer({ min: 1, max: 20 })),
      (messages, last, cut, steps) => {
        const unfinished = framed(last);
        const kept = cut % unfinished.length;
        const bytes = Buffer.concat([...messages.map((message) => framed(message)), unfinished.subarray(0, kept)]);
        const framing = createMessageFraming();
        let at = 0;
        for (const step of [...steps, bytes.length]) {
          framing.add(bytes.subarray(at, at + step));
          at += step;
        }
        const expected = { received: Math.max(0, kept - 5), declared: kept < 5 ? null : last.length };
        expect(framing.unfinished()).toEqual(kept === 0 ? null : expected);
      },
    ),
  );
});
