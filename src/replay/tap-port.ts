import type { FlowRecord } from './flow-record.js';

/** The tap port as DeepFlow packs it: low 4 bytes of the MAC, tunnel type from bit 32, NAT source from bit 36, origin from bit 60. */
export function tapPort({ tapMac, tunnel, natSource, tapOrigin }: FlowRecord): bigint {
  const tunnelType = BigInt(tunnel?.type ?? 0);
  return BigInt(tapMac % 0x1_0000_0000) | (tunnelType << 32n) | (BigInt(natSource) << 36n) | (BigInt(tapOrigin) << 60n);
}
