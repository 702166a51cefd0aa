import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findJsonFault } from '../../src/wire/json-fault.js';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('findJsonFault', () => {
  it.each([
    ['', 0, 'the end', 'value'],
    ['{"a":}', 5, '"}"', 'value'],
    ['{"a":1,}', 7, '"}"', 'name'],
    ['{"a" 1}', 5, '"1"', '":"'],
    ['[1 2]', 3, '"2"', '"," or "]"'],
    ['[1}', 2, '"}"', '"," or "]"'],
    ['{"a":1]', 6, '"]"', '"," or "}"'],
    ['{a:1}', 1, '"a"', 'name or "}"'],
    ['[,]', 1, '","', 'value or "]"'],
    ['{"a":01}', 6, '"1"', '"," or "}"'],
    ['{}{}', 2, '"{"', 'the end'],
    ['\ufeff{}', 0, '"\ufeff"', 'value'],
    ['{"a":"x', 7, 'the end', 'the rest of the string that begins at character 5'],
    ['["a\nb"]', 3, '"\\n"', 'the rest of the string that begins at character 1'],
    ['["\\x"]', 2, '"\\\\"', 'an escape sequence'],
    ['{"a":truE}', 5, '"t"', 'value'],
    ['\u{1f600}', 0, '"\u{1f600}"', 'value'],
  ])('finds it in %j', (text, offset, found, expected) => {
    expect(findJsonFault(text)).toEqual({ offset, found, expected });
  });

  it('agrees with JSON.parse on texts that are JSON or nearly so', () => {
    const pieces = fc.array(
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"a"',
        '"',
        '\\',
        '\\u00e9',
        '1',
        '-0.5e+3',
        'true',
        'null',
        ' ',
        '\n',
        'é',
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          pieces.map((all) => all.join('')),
        ),
        (text) => {
          expect(findJsonFault(text) === null).toBe(isJson(text));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('agrees with JSON.parse on spoilt JSON', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.string({ maxLength: 2 }), (json, at, piece) => {
        const index = at % (json.length + 1);
        const text = json.slice(0, index) + piece + json.slice(index + 1);
        expect(findJsonFault(text) === null).toBe(isJson(text));
      }),
      { numRuns: 3000 },
    );
  });
});
