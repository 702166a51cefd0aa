import type { ClusterPlatform } from './cluster-platform.js';
import { createEncodedSet } from './encoded-set.js';
import { createPlatformEncoding } from './platform-encoding.js';

/** A cluster's platform data as bytes, which follow it. What was there before is encoded when it is asked for, at the latest. */
export interface PlatformBytes {
  /** Encodes up to so many things that were there before. @returns whether others are left */
  catchUp(most: number): boolean;
  /** PlatformData. */
  platformData(): Buffer;
  /** Groups. */
  groups(): Buffer;
  /** They follow it no more. */
  close(): void;
}

export function createPlatformBytes(
  platform: ClusterPlatform,
  packageName: 'agent' | 'trident',
  podClusterId: number,
): PlatformBytes {
  const encoding = createPlatformEncoding(packageName, podClusterId);
  const interfaces = createEncodedSet();
  const cidrs = createEncodedSet();
  const groups = createEncodedSet();
  const following = platform.follow({
    interface: (key, view) => (view === null ? interfaces.delete(key) : interfaces.set(key, encoding.interface(view))),
    cidr: (key, cidr) => (cidr === null ? cidrs.delete(key) : cidrs.set(key, encoding.cidr(cidr))),
    group: (key, group) => (group === null ? groups.delete(key) : groups.set(key, encoding.group(group))),
  });
  const whole = () => following.catchUp(Number.POSITIVE_INFINITY);
  return {
    catchUp: following.catchUp,
    platformData: () => {
      whole();
      return Buffer.concat([interfaces.bytes(), cidrs.bytes()]);
    },
    groups: () => {
      whole();
      return groups.bytes();
    },
    close: following.end,
  };
}
