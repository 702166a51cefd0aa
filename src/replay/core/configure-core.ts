import { type CoreConfig, type CoreTask, mostFlows } from './core-config.js';
import { type CoreExports, settingKeys } from './core-exports.js';
import { CoreFault } from './core-fault.js';
import { addressWords, macWord } from './wire-words.js';

const tasks: Readonly<Record<CoreTask, bigint>> = { flows: 0n, packets: 1n, learn: 2n };
const interfaces = { taken: 1n, 'left-out': 2n } as const;
const intervals = { total: 0n, '1s': 1n, '1m': 2n } as const;
/** K8s and Hyper-V agents leave the tunnel type out of a flow's identity. */
const agentsThatIgnoreTunnels: readonly number[] = [7, 8, 10, 11, 12];
const learnLimit = 262_144;
/** Bytes of a name that the core keeps. */
const longestInterfaceName = 60;

/** Writes settings and tables. Throws CoreFault where one is out of range; the core can then not be used. */
export function configureCore(core: CoreExports, config: CoreConfig, task: CoreTask): void {
  check('packetDelay', config.packetDelay, 1, 28);
  check('flowLimit', config.flowLimit, 1, mostFlows);
  const set = (key: keyof typeof settingKeys, value: bigint | number | boolean) =>
    core.set(settingKeys[key], BigInt(value));
  set('task', tasks[task]);
  set('captureMode', config.captureMode);
  set('nicMac', macWord(config.nicMac));
  set('tapMac', macWord(config.captureMode === 0 ? config.mappedMac : config.nicMac));
  set('decap', bits(config.decap));
  set('trim', bits(config.trim));
  set('flowLimit', config.flowLimit);
  set('interval', intervals[config.reportInterval]);
  set('ignoreTunnelType', agentsThatIgnoreTunnels.includes(config.agentType));
  set('ignoreTorMac', config.ignoreMac);
  set('ignoreL2End', config.ignoreL2End);
  set('networkType', config.captureNetworkType);
  set('ignoreIdcVlan', config.ignoreIdcVlan);
  set('thread', config.threadId ?? 1);
  set('learnLimit', learnLimit);
  set('express', config.express ?? true);
  set('interfaces', config.interfaces === undefined ? 0 : interfaces[config.interfaces.are]);
  set('packetDelay', Math.ceil(config.packetDelay));
  const { established, closingRst, openingRst, others, closedFin } = config.timeouts;
  set('timeoutEstablished', nanos('established', established));
  for (const key of ['timeoutOpening', 'timeoutClosing', 'timeoutException', 'timeoutSingleDirection'] as const) {
    set(key, nanos('others', others));
  }
  set('timeoutEstablishedRst', nanos('closingRst', closingRst));
  set('timeoutOpeningRst', nanos('openingRst', openingRst));
  set('timeoutClosedFin', nanos('closedFin', closedFin ?? 2));
  fillTables(core, config);
}

function fillTables(core: CoreExports, config: CoreConfig): void {
  const { localSegments, remoteSegments, vipMacs, pairs, serverPorts } = config;
  const addresses = config.localAddresses ?? addressesOfLocalMacs(config);
  if (core.layOut(localSegments.length, remoteSegments.length, vipMacs.length, pairs.length, addresses.length) === 0) {
    throw new CoreFault(
      'no-memory',
      `The engine refuses the memory for a limit of ${config.flowLimit} flows (about ${Math.ceil(config.flowLimit / 900)} MiB); lower the flow limit.`,
    );
  }
  for (const mac of localSegments) core.addLocalMac(macWord(mac));
  for (const mac of remoteSegments) core.addRemoteMac(macWord(mac));
  for (const mac of vipMacs) core.addVipMac(macWord(mac));
  for (const { mac, ip } of pairs) {
    const { family, low, high } = addressWords(ip);
    core.addForwardPair(macWord(mac), family, low, high);
  }
  for (const ip of addresses) {
    const { family, low, high } = addressWords(ip);
    core.addLocalAddress(family, low, high);
  }
  for (const name of config.interfaces?.names ?? []) addChosenName(core, name);
  for (const port of serverPorts) {
    check('serverPorts', port, 0, 65_535);
    core.addServerPort((port >> 8) | ((port & 0xff) << 8));
  }
}

function addChosenName(core: CoreExports, name: string): void {
  const bytes = new TextEncoder().encode(name).subarray(0, longestInterfaceName);
  const at = core.addChosenName(bytes.length);
  if (at === 0) throw new CoreFault('bad-config', 'More than 1,024 interfaces are named.');
  new Uint8Array(core.memory.buffer).set(bytes, at);
}

function addressesOfLocalMacs(config: CoreConfig): string[] {
  const local = new Set([...config.localSegments, config.nicMac, config.mappedMac]);
  local.delete(0);
  return config.pairs.filter(({ mac }) => local.has(mac)).map(({ ip }) => ip);
}

function bits(types: readonly number[]): number {
  let mask = 0;
  for (const type of types) {
    check('tunnel type', type, 1, 7);
    mask |= 1 << type;
  }
  return mask;
}

function nanos(name: string, seconds: number): bigint {
  check(`timeout ${name}`, seconds, 0, 86_400);
  return BigInt(Math.round(seconds * 1_000_000)) * 1000n;
}

function check(name: string, value: number, least: number, most: number): void {
  if (Number.isFinite(value) && value >= least && value <= most) return;
  throw new CoreFault('bad-config', `${name} is ${value}; expected a number from ${least} to ${most}.`);
}
