import type { ClusterPlatform } from './cluster-platform.js';
import { createEncodedSet } from './encoded-set.js';
import { createPlatformEncoding } from './platform-encoding.js';

/** A cluster's platform data as bytes, which follow it. */
export interface PlatformBytes {
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
  const close = platform.follow({
    interface: (key, view) => (view === null ? interfaces.delete(key) : interfaces.set(key, encoding.interface(view))),
    cidr: (key, cidr) => (cidr === null ? cidrs.delete(key) : cidrs.set(key, encoding.cidr(cidr))),
    group: (key, group) => (group === null ? groups.delete(key) : groups.set(key, encoding.group(group))),
  });
  return {
    platformData: () => Buffer.concat([interfaces.bytes(), cidrs.bytes()]),
    groups: () => groups.bytes(),
    close,
  };
}
