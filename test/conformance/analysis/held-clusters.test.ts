import { describe, expect, it } from 'vitest';
import { createHeldClusters } from '../../../src/conformance/analysis/held-clusters.js';

describe('held clusters', () => {
  it('lets go of the one not used for longest, and says so', () => {
    const held = createHeldClusters<number>({ clusters: 2, bytes: 1_000 });
    held.use('a', 1, 10);
    held.use('b', 2, 10);
    held.use('a', 1, 10);
    held.use('c', 3, 10);
    expect([held.get('a'), held.get('c')]).toEqual([1, 3]);
    expect(() => held.get('b')).toThrow("The snapshot of cluster 'b' is not held");
    expect(held.peek('b')).toBeUndefined();
  });

  it('is bounded by bytes, but holds the latest whatever its size', () => {
    const held = createHeldClusters<number>({ clusters: 9, bytes: 100 });
    held.use('a', 1, 60);
    held.use('b', 2, 60);
    expect(held.peek('a')).toBeUndefined();
    held.use('c', 3, 5_000);
    expect([...held.values()]).toEqual([3]);
  });

  it('counts a cluster once, however often it uploads', () => {
    const held = createHeldClusters<number>({ clusters: 9, bytes: 100 });
    held.use('a', 1, 40);
    for (let upload = 0; upload < 10; upload++) held.use('b', 2, 50);
    expect(held.get('a')).toBe(1);
  });

  it('knows nothing after it was cleared, not even that something is missing', () => {
    const held = createHeldClusters<number>({ clusters: 1, bytes: 100 });
    held.use('a', 1, 1);
    held.use('b', 2, 1);
    held.clear();
    expect(held.get('a')).toBeUndefined();
  });
});
