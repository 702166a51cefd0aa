/** Names of the bits of `exception`, bit 0 first. Bits that no version of the agent uses have no name. */
const names: readonly (string | undefined)[] = [
  'DISK_NOT_ENOUGH',
  'MEM_NOT_ENOUGH',
  'COREFILE_TOO_MANY',
  'NPB_FUSE',
  'NPB_BPS_THRESHOLD_EXCEEDED',
  'NPB_NO_GW_ARP',
  'RX_PPS_THRESHOLD_EXCEEDED',
  'ANALYZER_NO_GW_ARP',
  'INVALID_CONFIGURATION',
  'THREAD_THRESHOLD_EXCEEDED',
  'PROCESS_THRESHOLD_EXCEEDED',
  undefined,
  'TOO_MANY_POLICIES',
  'FREE_MEM_EXCEEDED',
  'LOG_FILE_EXCEEDED',
  'CONTROLLER_SOCKET_ERROR',
  'ANALYZER_SOCKET_ERROR',
  'NPB_SOCKET_ERROR',
  'INTEGRATION_SOCKET_ERROR',
  'CGROUPS_CONFIG_ERROR',
  'SYSTEM_LOAD_CIRCUIT_BREAKER',
  'DATA_BPS_THRESHOLD_EXCEEDED',
  'FREE_DISK_CIRCUIT_BREAKER',
  'KERNEL_VERSION_CIRCUIT_BREAKER',
  'MEM_EXCEEDED',
];

/** Bits from here on are the server's own; what an agent says of them is not kept. */
const serverBits = 32n;

/** The bits that an agent may set. @param bits uint64 in decimal */
export function agentBits(bits: string): string {
  return String(BigInt.asUintN(Number(serverBits), BigInt(bits)));
}

/** Names of the bits that are set, lowest first; a bit without a name is "BIT_11". @param bits uint64 in decimal */
export function exceptionNames(bits: string): readonly string[] {
  const mask = BigInt.asUintN(64, BigInt(bits));
  const found: string[] = [];
  for (let bit = 0n; mask >> bit > 0n; bit += 1n) {
    if ((mask >> bit) & 1n) found.push(names[Number(bit)] ?? `BIT_${bit}`);
  }
  return found;
}
