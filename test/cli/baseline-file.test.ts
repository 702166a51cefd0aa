import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBaseline, readBaseline } from '../../src/cli/baseline-file.js';
import { PlumblineError } from '../../src/cli/plumbline-error.js';

const names = {
  rules: ['entry/zlib-stream', 'request/agent-id-present', 'change/deleted-disappears'],
  scenarios: ['first-snapshot', 'pod-deleted'],
};

const parse = (text: string) => parseBaseline(text, 'known.yaml', names);

describe('a baseline file', () => {
  it('is a list of what is known to fail', () => {
    const text = `
# known since 1.4
- rule: change/deleted-disappears
  scenario: pod-deleted
  reason: ticket 7
  expires: 2026-12-31
- { rule: request/agent-id-present, scenario: "*", reason: comes with 2.0 }
`;
    expect(parse(text).entries).toEqual([
      { rule: 'change/deleted-disappears', scenario: 'pod-deleted', reason: 'ticket 7', expires: '2026-12-31' },
      { rule: 'request/agent-id-present', scenario: '*', reason: 'comes with 2.0' },
    ]);
  });

  it('may be empty', () => {
    expect(parse('').entries).toEqual([]);
    expect(parse('# nothing left\n').entries).toEqual([]);
    expect(parse('[]').entries).toEqual([]);
  });

  it('may name any scenario where none are known', () => {
    const text = '- { rule: entry/zlib-stream, scenario: of-another-version, reason: x }';
    expect(parseBaseline(text, 'known.yaml', { ...names, scenarios: [] }).entries).toHaveLength(1);
  });

  const entry = 'scenario: pod-deleted, reason: x';
  it.each([
    [
      `- { rule: entry/zlib-steam, ${entry} }`,
      `known.yaml:1:11: found the unknown rule "entry/zlib-steam"`,
      `Did you mean 'entry/zlib-stream'?`,
    ],
    [
      '- { rule: entry/zlib-stream, scenario: pod-delete, reason: x }',
      'known.yaml:1:40: found the unknown scenario',
      `Did you mean 'pod-deleted'?`,
    ],
    [
      '- { rule: entry/zlib-stream, scenario: zzz, reason: x }',
      'found the unknown scenario "zzz"',
      'Scenarios are first-snapshot, pod-deleted.',
    ],
    [
      `- rule: entry/zlib-stream\n  ${entry.replace(', ', '\n  ')}\n  expire: 2026-01-01`,
      'known.yaml:4:3: found the unknown key expire',
      'Did you mean expires?',
    ],
    ['- { rule: entry/zlib-stream, scenario: pod-deleted }', 'found no reason, expected a text', 'Add it.'],
    [
      '- { rule: entry/zlib-stream, scenario: pod-deleted, reason: " " }',
      'expected why the failure is accepted',
      'known.yaml:1:61',
    ],
    [
      `- { rule: entry/zlib-stream, ${entry}, expires: soon }`,
      'found "soon", expected a date, as in 2030-12-31',
      'known.yaml:1:73',
    ],
    [
      `- { rule: entry/zlib-stream, ${entry}, expires: 2026-02-30 }`,
      'expected a date of the calendar',
      'known.yaml:1:73',
    ],
    [
      `- { rule: entry/zlib-stream, ${entry} }\n- { rule: entry/zlib-stream, ${entry} }`,
      'known.yaml:2:3: found a second entry for entry/zlib-stream',
      'Remove one',
    ],
    ['rule: entry/zlib-stream', 'expected a list', 'known.yaml:1:1'],
    ['- rule: [', 'known.yaml:1:', 'Correct the text'],
    ['- { rule: a, rule: b }', 'the key rule a second time', 'Remove one of the two.'],
  ])('%j is refused with its place', (text, message, hint) => {
    expect(() => parse(text)).toThrow(PlumblineError);
    expect(() => parse(text)).toThrow(message);
    expect(() => parse(text)).toThrow(hint);
  });

  it('tells of everything that is wrong at once', () => {
    const text = '- { rule: x/y, scenario: zzz, reason: x }\n- { rule: entry/zlib-steam, scenario: "*", reason: x }';
    expect(() => parse(text)).toThrow(/known\.yaml:1:11.*\n.*known\.yaml:1:26.*\n.*known\.yaml:2:11/);
  });

  it('is refused, or read, whatever it holds', () => {
    const parts = fc.constantFrom(
      '- ',
      'rule: ',
      'entry/zlib-stream',
      '\n',
      '  ',
      '{',
      '}',
      'scenario: "*"',
      ', ',
      'reason: x',
      '&a',
      '*a',
      '!!x',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(parts).map((list) => list.join('')),
          fc.string({ unit: 'binary' }),
        ),
        (text) => {
          try {
            expect(parse(text).entries).toBeInstanceOf(Array);
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(PlumblineError);
            expect((thrown as PlumblineError).exitCode).toBe(2);
          }
        },
      ),
    );
  });

  it('must be there', () => {
    expect(() => readBaseline('/no/such', 'known.yaml', names)).toThrow('--baseline: known.yaml cannot be read');
  });
});
