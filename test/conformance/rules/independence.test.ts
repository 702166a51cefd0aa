import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { ExampleEntry } from '../../../src/conformance/rule.js';
import { exampleConfigMap, exampleSnapshot, upload } from '../../../src/conformance/rules/common/example-upload.js';
import { failedRules, judgeUpload } from './common/judge-upload.js';

const entries = [...exampleSnapshot(), exampleConfigMap()];
const text = (entry: ExampleEntry) => JSON.stringify(entry.object);

/** Ways to spoil an entry, and the one rule that each of them breaks. */
const faults: Readonly<Record<string, readonly [rule: string, spoil: (entry: ExampleEntry) => ExampleEntry]>> = {
  'packed as gzip': ['entry/zlib-stream', (entry) => bytes(entry, gzipSync(text(entry)))],
  'packed as raw deflate': ['entry/zlib-stream', (entry) => bytes(entry, deflateRawSync(text(entry)))],
  'not packed at all': ['entry/zlib-stream', (entry) => bytes(entry, Buffer.from(text(entry)))],
  'cut in the middle': ['entry/zlib-stream', (entry) => bytes(entry, deflateSync(text(entry)).subarray(0, -9))],
  'followed by bytes': ['entry/zlib-stream', (entry) => bytes(entry, Buffer.concat([deflateSync(text(entry)), tail]))],
  empty: ['entry/compressed-info-present', ({ type }) => ({ type })],
  'in the field info': ['entry/compressed-info-present', (entry) => ({ type: entry.type, info: text(entry) })],
  'not JSON': ['entry/json-object', (entry) => bytes(entry, deflateSync(text(entry).slice(0, -1)))],
  'serialized twice': ['entry/json-object', (entry) => ({ type: entry.type, object: text(entry) })],
  null: ['entry/json-object', ({ type }) => ({ type, object: null })],
  'not UTF-8': ['entry/json-object', (entry) => bytes(entry, deflateSync(latin1(entry)))],
  'in an array': ['entry/one-object', ({ type, object }) => ({ type, object: [object] })],
  'in a List': ['entry/one-object', ({ type, object }) => ({ type, object: { kind: 'List', items: [object] } })],
  'of a type without star': ['entry/type-known', (entry) => ({ ...entry, type: entry.type.slice(1) })],
  'of a type in small letters': ['entry/type-known', (entry) => ({ ...entry, type: entry.type.toLowerCase() })],
};
const tail = Buffer.from('tail');

/** The same object with a name in a key that is not UTF-8 and that nothing reads. */
function latin1(entry: ExampleEntry): Buffer {
  return Buffer.from(`${text(entry).slice(0, -1)},"note":"caf\u00e9"}`, 'latin1');
}

function bytes({ type }: ExampleEntry, packed: Uint8Array): ExampleEntry {
  return { type, bytes: packed };
}

describe.each(Object.entries(faults))('an entry that is %s', (_, [rule, spoil]) => {
  const types = [...new Set(entries.map(({ type }) => type))];
  test.each(types)('breaks one rule (%s)', (type) => {
    const spoilt = entries.map((entry) => (entry.type === type ? spoil(entry) : entry));
    expect(failedRules(judgeUpload(upload({ entries: spoilt })))).toEqual([rule]);
  });
});

test('what could not be read makes the rules on the whole upload careful, not blind', () => {
  const spoilt = entries
    .filter(({ type }) => type !== '*v1.StatefulSet')
    .map((entry) => (entry.type === '*v1.Service' ? bytes(entry, Buffer.from('junk')) : entry));
  expect(failedRules(judgeUpload(upload({ entries: spoilt })))).toEqual([
    'entry/zlib-stream',
    'snapshot/required-types',
  ]);
});
