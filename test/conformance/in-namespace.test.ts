import { expect, test } from 'vitest';
import { withinNamespace } from '../../src/conformance/analysis/within-namespace.js';
import { isInNamespace } from '../../src/conformance/in-namespace.js';

test('objects of the namespace can fail, and itself', () => {
  expect(isInNamespace('run', { namespace: 'run', name: 'web' })).toBe(true);
  expect(isInNamespace('run', { namespace: '', name: 'run' })).toBe(true);
  expect(isInNamespace('run', { namespace: 'kube-system', name: 'run' })).toBe(false);
  expect(isInNamespace('run', { name: 'node-1' })).toBe(false);
  expect(isInNamespace(undefined, { namespace: 'kube-system', name: 'dns' })).toBe(true);
});

const finding = { found: 'a', expected: 'b', message: 'c' };
const dns = { ...finding, uid: '1', namespace: 'kube-system', name: 'dns' };
const web = { ...finding, uid: '2', namespace: 'run', name: 'web' };

test('what is found of other objects is left out, what is about the upload stays', () => {
  const failed = { status: 'failed', findings: [dns, web, finding], total: 30 } as const;
  expect(withinNamespace(failed, 'run')).toEqual({ status: 'failed', findings: [web, finding], total: 29 });
  expect(withinNamespace(failed, undefined)).toBe(failed);
  expect(withinNamespace({ status: 'failed', findings: [dns] }, 'run')).toEqual({ status: 'passed' });
  expect(withinNamespace({ status: 'passed' }, 'run')).toEqual({ status: 'passed' });
});
