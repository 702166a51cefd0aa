import { canonicalIp, parseIpWithPrefix } from '../../platform/ip.js';
import { parseIpAddrText } from '../../platform/ip-addr-text.js';
import { formatMac, parseMac } from '../../platform/mac.js';
import type { MessageOutput } from '../../wire/message-types.js';
import type { GenesisContent } from '../model/genesis-memory.js';
import type { GenesisNic } from '../model/saved-state.js';

/** Of one agent; what is beyond is not kept. */
const maxNics = 4096;
const maxProcesses = 4096;
const maxAddresses = 64;
const maxText = 256;
const maxNamespaces = 1024;
/** UTF-16 units. */
const maxPrinted = 1024 * 1024;

type GenesisRequest = MessageOutput<'agent.GenesisSyncRequest' | 'trident.GenesisSyncRequest'>;

/** What is kept of a report: NICs with a MAC, their addresses in one spelling, processes by their number. */
export function readGenesisContent({
  platform_data: platform,
  process_data: processes,
}: GenesisRequest): GenesisContent {
  const listed = (platform?.interfaces ?? []).slice(0, maxNics).flatMap((nic): GenesisNic[] => {
    const mac = macText(nic.mac);
    if (mac === null) return [];
    const ips = (nic.ip ?? []).slice(0, maxAddresses).flatMap((text) => parseIpWithPrefix(text) ?? []);
    const names = { name: cut(nic.name), device: cut(nic.device_name) };
    return [{ mac, ips, ...names, netns: netnsOf(nic.netns, nic.netns_id) }];
  });
  const printed = printedNics(platform?.raw_ip_netns ?? [], platform?.raw_ip_addrs ?? [], listed);
  const held = new Set([...listed, ...printed].flatMap(({ ips }) => ips.map(({ ip }) => ip)));
  const seen = (platform?.ips ?? []).slice(0, maxNics).flatMap((entry): GenesisNic[] => {
    const mac = macText(entry.mac);
    const ip = ipOfBytes(entry.ip);
    if (mac === null || ip === null || held.has(ip)) return [];
    const prefix = ip.includes(':') ? 128 : 32;
    return [{ mac, ips: [{ ip, prefix }], name: '', device: '', netns: seenOnTheWire }];
  });
  return {
    nics: [...listed, ...printed, ...seen].slice(0, maxNics),
    processes: (processes?.process_entries ?? []).slice(0, maxProcesses).map((entry) => ({
      pid: Number(entry.pid ?? 0),
      name: cut(entry.process_name ?? entry.name),
      startTime: entry.start_time ?? 0,
    })),
  };
}

/**
 * NICs that an agent reports as `ip addr` prints them, one text for each network namespace, the root one first. What it
 * lists in fields as well counts once.
 */
function printedNics(names: readonly string[], texts: readonly string[], listed: readonly GenesisNic[]): GenesisNic[] {
  const known = new Set(listed.map(({ mac, name, netns }) => `${mac} ${name} ${netns}`));
  return texts.slice(0, maxNamespaces).flatMap((text, i) => {
    const netns = i === 0 ? '' : cut(names[names.length === texts.length ? i : i - 1] ?? String(i));
    const nics = parseIpAddrText(text.slice(0, maxPrinted)).map(({ name, mac, ips }) => {
      return { mac, ips: ips.slice(0, maxAddresses), name: cut(name), device: '', netns };
    });
    return nics.filter(({ mac, name }) => !known.has(`${mac} ${name} ${netns}`));
  });
}

/** Of addresses that an agent saw in traffic: they are somewhere else than in its root namespace. */
const seenOnTheWire = 'traffic';

function netnsOf(name = '', id = 0): string {
  return name === '' && id === 0 ? '' : cut(name === '' ? String(id) : name);
}

/** @param mac 48 bits, decimal */
function macText(mac: string | undefined): string | null {
  const value = Number(mac ?? 0);
  const text = value > 0 && value < 2 ** 48 ? formatMac(value) : null;
  return text === null || parseMac(text) === null ? null : text;
}

function ipOfBytes(bytes: Uint8Array | undefined): string | null {
  if (bytes?.length === 4) return canonicalIp(bytes.join('.'));
  if (bytes?.length !== 16) return null;
  const words = Array.from({ length: 8 }, (_, i) =>
    (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
  );
  return canonicalIp(words.join(':'));
}

function cut(text = ''): string {
  return text.length > maxText ? text.slice(0, maxText) : text;
}
