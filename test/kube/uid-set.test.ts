import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Meta } from '../../src/kube/reading.js';
import { createUidSet } from '../../src/kube/uid-set.js';

/** Few hashes, so that many uids share one. */
function meta(uid: string): Meta {
  return { present: true, uid, uidHash: uid.length * 7, name: '', namespace: '' };
}

test('knows a uid again, and no other, however many there are', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 3 })), fc.nat(50), (uids, expected) => {
      const set = createUidSet(expected);
      const reference = new Set<string>();
      for (const uid of uids) {
        expect(set.add(meta(uid))).toBe(!reference.has(uid));
        reference.add(uid);
      }
    }),
  );
});
