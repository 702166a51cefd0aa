import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linesOf } from '../../../../src/conformance/run/targets/watch-pieces.js';

async function lines(pieces: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for await (const line of linesOf(Readable.from(pieces.map((piece) => Buffer.from(piece)))))
    found.push(line.toString());
  return found;
}

test('each line is one piece, the rest the last', async () => {
  expect(await lines(['{"a":1}\n{"b"', ':2}\n', '{"c"'])).toEqual(['{"a":1}\n', '{"b":2}\n', '{"c"']);
  expect(await lines([])).toEqual([]);
});

test('nothing is lost and nothing is added, however it is cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: fc.constantFrom('a', '\n') })), async (pieces) => {
      const found = await lines(pieces);
      expect(found.join('')).toBe(pieces.join(''));
      for (const line of found.slice(0, -1)) expect(line.indexOf('\n')).toBe(line.length - 1);
    }),
    { numRuns: 50 },
  );
});
