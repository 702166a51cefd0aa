import { describe, expect, it } from 'vitest';
import { createDomains } from '../../../src/server/model/domains.js';
import { createIdMaker } from '../../../src/server/model/lcuuid.js';

function domainsOf(declared: readonly string[]) {
  return createDomains({ ids: createIdMaker(), declared });
}

describe('createDomains', () => {
  it('knows the declared ones', () => {
    const domains = domainsOf(['a', 'b-1']);
    expect([...domains.list()].map(({ clusterId, name }) => [clusterId, name])).toEqual([
      ['a', 'k8s-a'],
      ['b-1', 'k8s-b-1'],
    ]);
    expect(domains.has('c')).toBe(false);
  });

  it('refuses a declared id that no domain can have', () => {
    expect(() => domainsOf(['my_cluster'])).toThrow(
      /"my_cluster" cannot be that of a domain: expected 1 to 32 letters/,
    );
  });

  it('makes a domain once', () => {
    const domains = domainsOf([]);
    expect(domains.register('x', 'shop', 5)).toEqual({ kind: 'created' });
    expect(domains.register('x', 'other', 5)).toEqual({ kind: 'exists' });
    expect(domains.get('x')).toMatchObject({ id: 1, clusterId: 'x', name: 'shop', origin: 'agent', createdAt: 5 });
    domains.register('y', '', 5);
    expect(domains.get('y')?.name).toBe('k8s-y');
  });

  it.each(['', ' ', 'a b', 'a_b', 'a.b', '-a', 'a'.repeat(33), 'ä', '集群', 'a\n'])(
    'makes none for %j',
    (clusterId) => {
      const domains = domainsOf([]);
      expect(domains.register(clusterId, '', 5)).toMatchObject({ kind: 'refused' });
      expect(domains.has(clusterId)).toBe(false);
    },
  );

  it.each(['a', '0', 'a-', 'A'.repeat(32), 'd-0123456789'])('makes one for %j', (clusterId) => {
    expect(domainsOf([]).register(clusterId, '', 5)).toEqual({ kind: 'created' });
  });

  it('gives a name only once', () => {
    const domains = domainsOf(['a']);
    expect(domains.register('b', 'k8s-a', 5)).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('"k8s-a"'),
    });
    expect(domains.has('b')).toBe(false);
  });

  it('does what REST asks for', () => {
    const domains = domainsOf(['a']);
    const made = domains.create({ name: 'shop', config: { sync_timer: 60 } }, 5);
    const lcuuid = made.ok ? made.lcuuid : '';
    expect(domains.find(lcuuid)).toMatchObject({
      clusterId: expect.stringMatching(/^d-[0-9a-zA-Z]{10}$/),
      origin: 'rest',
      config: { sync_timer: 60 },
    });
    expect(domains.update(lcuuid, { name: 'mall', config: { vpc_uuid: 'v' } })).toEqual({ ok: true, lcuuid });
    expect(domains.find(lcuuid)).toMatchObject({ name: 'mall', config: { sync_timer: 60, vpc_uuid: 'v' } });
    expect(domains.register('b', 'shop', 6)).toEqual({ kind: 'created' });
    expect(domains.delete(lcuuid)).toEqual({ ok: true, lcuuid });
    expect(domains.delete(lcuuid)).toMatchObject({ ok: false, status: 'RESOURCE_NOT_FOUND' });
    expect(domains.update(lcuuid, {})).toMatchObject({ ok: false, status: 'RESOURCE_NOT_FOUND' });
  });

  it.each([
    [{ name: '' }, 'INVALID_PARAMETERS'],
    [{ name: 'x'.repeat(257) }, 'INVALID_PARAMETERS'],
    [{ name: 'k8s-a' }, 'RESOURCE_ALREADY_EXIST'],
    [{ name: 'b', clusterId: 'a' }, 'RESOURCE_ALREADY_EXIST'],
    [{ name: 'b', clusterId: 'a_b' }, 'INVALID_PARAMETERS'],
  ])('refuses to create %j', (domain, status) => {
    expect(domainsOf(['a']).create(domain, 5)).toMatchObject({ ok: false, status });
  });

  it('is the same again from what was saved', () => {
    const domains = domainsOf(['a']);
    domains.register('b', '', 5);
    const saved = [...domains.list()];
    const again = createDomains({ ids: createIdMaker(10), declared: ['a'], saved, lastId: 7 });
    expect([...again.list()]).toEqual(saved);
    again.register('c', '', 6);
    expect(again.get('c')?.id).toBe(8);
  });
});
