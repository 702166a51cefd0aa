import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clusterIdOfMd5, isClusterId, md5Problem } from '../../../src/server/model/cluster-id.js';

describe('clusterIdOfMd5', () => {
  it('is of the shape that the server gives, and can be that of a domain', () => {
    fc.assert(
      fc.property(fc.string(), (md5) => {
        expect(clusterIdOfMd5(md5)).toMatch(/^d-[0-9a-zA-Z]{10}$/);
        expect(isClusterId(clusterIdOfMd5(md5))).toBe(true);
      }),
    );
  });

  it('stays the same from one version of plumbline to the next', () => {
    expect(clusterIdOfMd5('d41d8cd98f00b204e9800998ecf8427e')).toBe('d-CmRE2TTasR');
    expect(clusterIdOfMd5('d41d8cd98f00b204e9800998ecf8427f')).not.toBe(
      clusterIdOfMd5('d41d8cd98f00b204e9800998ecf8427e'),
    );
  });
});

describe('md5Problem', () => {
  it('asks for 32 characters', () => {
    expect(md5Problem('x'.repeat(32))).toBeNull();
    expect(md5Problem('abc')).toBe('md5 (abc) is invaild');
    expect(md5Problem('')).toBe('md5 () is invaild');
    expect(md5Problem('ä'.repeat(32))).toMatch(/is invaild$/);
  });
});
