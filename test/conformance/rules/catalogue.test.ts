import { describe, expect, test } from 'vitest';
import { catalogue, findRule, nearestRule, selectRules } from '../../../src/conformance/catalogue.js';
import { compats } from '../../../src/kube/compat.js';

const levels = ['must', 'should', 'info', null];

describe('every rule', () => {
  const ids = new Set(catalogue().map((rule) => rule.id));

  test('has an id of its own', () => {
    expect(ids.size).toBe(catalogue().length);
  });

  test.each(catalogue().map((rule) => [rule.id, rule] as const))('%s is complete', (id, rule) => {
    expect(id).toMatch(/^[a-z]+\/[a-z0-9]+(-[a-z0-9]+)*$/);
    if (typeof rule.level === 'string') expect(levels).toContain(rule.level);
    else for (const compat of compats) expect(levels).toContain(rule.level[compat]);
    expect(rule.demand).toMatch(/\.$/);
    expect(rule.why).toMatch(/\.$/);
    expect(rule.source).not.toBe('');
    if (rule.scope === 'scenario') {
      expect(rule.story.breaks).toMatch(/\.$/);
      expect(rule.story.keeps).toMatch(/\.$/);
    } else {
      expect(rule.example.breaks.calls).not.toHaveLength(0);
      expect(rule.example.keeps.calls).not.toHaveLength(0);
    }
    for (const implied of rule.implies ?? []) {
      expect(ids).toContain(implied);
      expect(implied).not.toBe(id);
    }
  });

  test('is known to some compat', () => {
    for (const { id, level } of catalogue()) {
      expect(typeof level === 'string' || compats.some((compat) => level[compat] !== null), id).toBe(true);
    }
  });
});

describe('selection', () => {
  test('takes everything where nothing is asked for', () => {
    expect(selectRules([]).rules).toEqual(catalogue());
  });

  test('takes ids and globs, in the order of the catalogue, each once', () => {
    const { rules, unmatched } = selectRules(['error/*', 'transport/known-method', 'error/report-is-kept']);
    expect(rules.map((rule) => rule.id)).toEqual([
      'transport/known-method',
      'error/report-is-kept',
      'error/keeps-version-and-entries',
      'error/reported',
      'error/cleared-after-recovery',
      'error/no-partial-snapshot',
    ]);
    expect(unmatched).toEqual([]);
  });

  test('takes a star for everything, and letters for themselves', () => {
    expect(selectRules(['*']).rules).toEqual(catalogue());
    expect(selectRules(['entry.*', 'entry/zlib']).rules).toEqual([]);
  });

  test('names what matches nothing, and what was probably meant', () => {
    expect(selectRules(['entry/zlib-steam', 'zlib-stream', 'no/such-thing-at-all']).unmatched).toEqual([
      { pattern: 'entry/zlib-steam', nearest: 'entry/zlib-stream' },
      { pattern: 'zlib-stream', nearest: 'entry/zlib-stream' },
      { pattern: 'no/such-thing-at-all', nearest: null },
    ]);
  });

  test('finds a rule by its id', () => {
    expect(findRule('pod/pod-ip')?.id).toBe('pod/pod-ip');
    expect(findRule('pod/pod')).toBeUndefined();
    expect(nearestRule('pod/pod-ips')).toBe('pod/pod-ip');
  });
});
