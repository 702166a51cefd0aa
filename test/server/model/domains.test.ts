import { describe, expect, it } from 'vitest';
import { createDomains } from '../../../src/server/model/domains.js';

describe('createDomains', () => {
  it('knows the declared ones', () => {
    const domains = createDomains(['a', 'b-1']);
    expect([...domains.list()].map(({ clusterId, name }) => [clusterId, name])).toEqual([
      ['a', 'k8s-a'],
      ['b-1', 'k8s-b-1'],
    ]);
    expect(domains.has('c')).toBe(false);
  });

  it('refuses a declared id that no domain can have', () => {
    expect(() => createDomains(['my_cluster'])).toThrow(
      /"my_cluster" cannot be that of a domain: expected 1 to 32 letters/,
    );
  });

  it('makes a domain once', () => {
    const domains = createDomains([]);
    expect(domains.register('x', 'shop')).toEqual({ kind: 'created' });
    expect(domains.register('x', 'other')).toEqual({ kind: 'exists' });
    expect(domains.get('x')).toEqual({ clusterId: 'x', name: 'shop', origin: 'agent' });
    domains.register('y', '');
    expect(domains.get('y')?.name).toBe('k8s-y');
  });

  it.each(['', ' ', 'a b', 'a_b', 'a.b', '-a', 'a'.repeat(33), 'ä', '集群', 'a\n'])(
    'makes none for %j',
    (clusterId) => {
      const domains = createDomains([]);
      expect(domains.register(clusterId, '')).toMatchObject({ kind: 'refused' });
      expect(domains.has(clusterId)).toBe(false);
    },
  );

  it.each(['a', '0', 'a-', 'A'.repeat(32), 'd-0123456789'])('makes one for %j', (clusterId) => {
    expect(createDomains([]).register(clusterId, '')).toEqual({ kind: 'created' });
  });

  it('gives a name only once', () => {
    const domains = createDomains(['a']);
    expect(domains.register('b', 'k8s-a')).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('"k8s-a"'),
    });
    expect(domains.has('b')).toBe(false);
  });
});
