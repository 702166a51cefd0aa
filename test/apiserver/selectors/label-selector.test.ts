import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ApiError } from '../../../src/apiserver/api-error.js';
import { readLabelSelector } from '../../../src/apiserver/selectors/label-selector.js';

const labels = { app: 'web', 'example.org/tier': 'front', weight: '7', empty: '' };
const holds = (text: string) => readLabelSelector(text)?.(labels) ?? null;

describe('a label selector', () => {
  test.each([
    ['', null],
    ['  ', null],
    ['app=web', true],
    ['app==web', true],
    ['app = web', true],
    ['app!=web', false],
    ['other!=web', true],
    ['app in (web)', true],
    ['app in (api, web)', true],
    ['app notin (api,web)', false],
    ['other notin (web)', true],
    ['example.org/tier=front,app in (web,api),!gone', true],
    ['app,gone', false],
    ['!app', false],
    ['empty=', true],
    ['weight>6,weight<8', true],
    ['weight>7', false],
    ['app>1', false],
    ['toString', false],
    ['!constructor', true],
  ])('%j', (text, expected) => {
    expect(holds(text)).toBe(expected);
  });

  test.each([
    ',',
    'a,,b',
    '=b',
    'a b',
    'a in',
    'a in b',
    'a in (b',
    'a in b)',
    '!',
    'a=b=c',
    'a>b',
    'a=ü',
    `${'a'.repeat(64)}`,
    '/a',
    'a/',
  ])('%j is refused with 400', (text) => {
    expect(() => readLabelSelector(text)).toThrow(expect.objectContaining({ code: 400 }));
  });

  test('whatever it is, is read or refused', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '=', '!', '(', ')', ',', ' ', 'in', ' in ', '<', '/') });
    fc.assert(
      fc.property(text, (selector) => {
        try {
          return typeof (readLabelSelector(selector)?.({ a: 'b' }) ?? true) === 'boolean';
        } catch (error) {
          return error instanceof ApiError && error.code === 400;
        }
      }),
    );
  });
});
