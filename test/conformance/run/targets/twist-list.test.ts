import { expect, test } from 'vitest';
import { inconsistentToken, twistedQuery, withoutItems } from '../../../../src/conformance/run/targets/twist-list.js';

const versionBefore = (plural: string, changes: number) => (plural === 'pods' ? String(100 - changes) : null);
const twisted = (query: string, twist: Parameters<typeof twistedQuery>[1]) =>
  Object.fromEntries(twistedQuery(new URLSearchParams(query), twist, 'pods', versionBefore));

test('pages get smaller, never bigger, and only where there are pages', () => {
  expect(twisted('limit=500', { pageLimit: 3 })).toEqual({ limit: '3' });
  expect(twisted('limit=2', { pageLimit: 3 })).toEqual({ limit: '2' });
  expect(twisted('', { pageLimit: 3 })).toEqual({});
});

test('a list of the past is asked for at exactly its version', () => {
  const past = { resourceVersion: '98', resourceVersionMatch: 'Exact' };
  expect(twisted('resourceVersion=0', { changesAgo: 2 })).toEqual(past);
  expect(twisted('limit=5', { changesAgo: 2 })).toEqual({ limit: '5', ...past });
  expect(twisted('limit=5&continue=abc', { changesAgo: 2 })).toEqual({ limit: '5', continue: 'abc' });
});

test('an empty list keeps its version and no page follows', () => {
  const list = {
    kind: 'PodList',
    metadata: { resourceVersion: '7', continue: 'abc', remainingItemCount: 4 },
    items: [{}],
  };
  const text = withoutItems(JSON.stringify(list));
  expect(JSON.parse(text)).toEqual({ kind: 'PodList', metadata: { resourceVersion: '7' }, items: [] });
  expect(text.endsWith('}\n')).toBe(true);
});

test('a token goes on with what is there now, in the words of the server', () => {
  const token = Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: 42, start: 'a\0' })).toString('base64url');
  const rest = inconsistentToken(token) ?? '';
  expect(JSON.parse(Buffer.from(rest, 'base64url').toString())).toEqual({ v: 'meta.k8s.io/v1', rv: -1, start: 'a\0' });
  expect(inconsistentToken('nonsense')).toBeNull();
  expect(inconsistentToken('')).toBeNull();
});
