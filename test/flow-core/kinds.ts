// One packet of every kind that the core knows, with what it should find.

import {
  type Bytes,
  back,
  ethernet,
  forth,
  forth6,
  frame,
  geneve,
  gre,
  icmp,
  ipv4,
  ipv6,
  outerForth,
  outerFrame,
  tag,
  tcp,
  u16,
  u32,
  udp,
  vxlan,
  zeros,
} from './packets.js';

export const segment = tcp({ sport: 40_000, dport: 80, flags: 16, seq: 7, ack: 9, payload: 5 });
export const inner4 = ipv4(forth, 6, segment);
export const inner6 = ipv6(forth6, 6, segment);
const innerFrame = frame(inner4);
const outer6 = { src: 'fd01::1', dst: 'fd01::2' };

const nsh = (next: number, inner: Bytes) => [0, 2, 2, next, 0, 0, 1, 0xff, ...inner];
const gpe = (next: number, inner: Bytes) => [0x0c, 0, 0, next, 0, 0, 7, 0, ...inner];
const erspan2 = [0x10, 0, 0, 9, 0, 0, 0, 0];
const erspan3 = (flags: number) => [0x20, 0, 0, 9, ...zeros(4), 0, 0, ...u16(flags)];

export interface Kind {
  readonly bytes: Bytes;
  /** Type that is found when all are taken off, and its id. */
  readonly type: number;
  readonly id: number;
  readonly tier: number;
  readonly family: 4 | 6;
  /** Made-up frames have other MACs. */
  readonly madeUp?: boolean;
}

const tunnelled = (bytes: Bytes, type: number, id = 0, more: Partial<Kind> = {}): Kind => ({
  bytes,
  type,
  id,
  tier: 1,
  family: 4,
  ...more,
});
const inUdp = (port: number, payload: Bytes) => outerFrame(ipv4(outerForth, 17, udp(50_000, port, payload)));
const inGre = (packet: Bytes) => outerFrame(ipv4(outerForth, 47, packet));

export const kinds: Readonly<Record<string, Kind>> = {
  plain: { bytes: innerFrame, type: 0, id: 0, tier: 0, family: 4 },
  'plain IPv6': { bytes: frame(inner6), type: 0, id: 0, tier: 0, family: 6 },
  'VLAN tags': {
    bytes: ethernet(0x02000000000a, 0x02000000000b, 0x0800, inner4, [...tag(5, 0x88a8), ...tag(6)]),
    type: 0,
    id: 0,
    tier: 0,
    family: 4,
  },
  'extension headers': {
    bytes: frame(
      ipv6(forth6, 0, [43, 0, ...zeros(6), 60, 0, ...zeros(6), 51, 0, ...zeros(6), 6, 1, ...zeros(10), ...segment]),
    ),
    type: 0,
    id: 0,
    tier: 0,
    family: 6,
  },
  'IPv4 options': { bytes: frame(ipv4(forth, 6, segment, { options: zeros(40) })), type: 0, id: 0, tier: 0, family: 4 },
  'VXLAN 4789': tunnelled(inUdp(4789, vxlan(0x10203, innerFrame)), 1, 0x10203),
  'VXLAN 8472': tunnelled(inUdp(8472, vxlan(2, innerFrame)), 1, 2),
  'VXLAN 6784': tunnelled(inUdp(6784, vxlan(3, innerFrame)), 1, 3),
  'VXLAN over IPv4 options': tunnelled(
    outerFrame(ipv4(outerForth, 17, udp(50_000, 4789, vxlan(4, innerFrame)), { options: zeros(8) })),
    1,
    4,
  ),
  'VXLAN over IPv6': tunnelled(outerFrame(ipv6(outer6, 17, udp(50_000, 4789, vxlan(5, innerFrame)))), 1, 5),
  'VXLAN over IPv6 with an extension header': tunnelled(
    outerFrame(ipv6(outer6, 60, [17, 0, ...zeros(6), ...udp(50_000, 4789, vxlan(5, innerFrame))])),
    1,
    5,
  ),
  'VXLAN, first fragment': tunnelled(
    outerFrame(ipv4(outerForth, 17, udp(50_000, 4789, vxlan(6, innerFrame)), { fragment: 0x2000 })),
    1,
    6,
  ),
  'IPv4 in IPv4': tunnelled(outerFrame(ipv4(outerForth, 4, inner4)), 2),
  'IPv6 in IPv4': tunnelled(outerFrame(ipv4(outerForth, 41, inner6)), 2, 0, { family: 6 }),
  'IPv4 in IPv6': tunnelled(outerFrame(ipv6(outer6, 4, inner4)), 2),
  'IPv6 in IPv6': tunnelled(outerFrame(ipv6(outer6, 41, inner6)), 2, 0, { family: 6 }),
  Geneve: tunnelled(inUdp(6081, geneve(8, innerFrame)), 4, 8),
  'Geneve with options': tunnelled(inUdp(6081, geneve(9, innerFrame, zeros(12))), 4, 9),
  'Geneve over IPv6': tunnelled(outerFrame(ipv6(outer6, 17, udp(50_000, 6081, geneve(10, innerFrame)))), 4, 10),
  'GRE with IPv4': tunnelled(inGre(gre(0x0800, inner4, { key: 11 })), 3, 11, { madeUp: true }),
  'GRE with IPv6': tunnelled(inGre(gre(0x86dd, inner6)), 3, 0, { family: 6, madeUp: true }),
  'GRE over IPv6': tunnelled(outerFrame(ipv6(outer6, 47, gre(0x0800, inner4, { checksum: true, key: 12 }))), 3, 12, {
    madeUp: true,
  }),
  TEB: tunnelled(inGre(gre(0x6558, innerFrame, { key: 13, sequence: 1, checksum: true })), 7, 13),
  'ERSPAN I': tunnelled(inGre(gre(0x88be, innerFrame)), 6),
  'ERSPAN II': tunnelled(inGre(gre(0x88be, [...erspan2, ...innerFrame], { sequence: 1 })), 6, 9),
  'ERSPAN III': tunnelled(inGre(gre(0x22eb, [...erspan3(0), ...innerFrame], { sequence: 1 })), 6, 9),
  'ERSPAN III with subheader': tunnelled(
    inGre(gre(0x22eb, [...erspan3(1), ...zeros(8), ...innerFrame], { sequence: 1 })),
    6,
    9,
  ),
  'VXLAN-GPE': tunnelled(inUdp(4790, gpe(3, innerFrame)), 5, 7),
  'VXLAN-GPE with IPv4': tunnelled(inUdp(4790, gpe(1, inner4)), 5, 7),
  NSH: tunnelled(inUdp(4790, gpe(4, nsh(3, innerFrame))), 5, 7),
  'VXLAN in VXLAN': tunnelled(
    inUdp(4789, vxlan(21, frame(ipv4(outerForth, 17, udp(50_001, 4789, vxlan(22, innerFrame)))))),
    1,
    21,
    { tier: 2 },
  ),
  'IPIP in VXLAN': tunnelled(inUdp(4789, vxlan(23, frame(ipv4(outerForth, 4, inner4)))), 1, 23, { tier: 2 }),
};

export const allTunnels = [1, 2, 3, 4, 5, 6, 7];

export const arp = ethernet(0x02000000000a, 0xffffffffffff, 0x0806, [
  ...u16(1),
  ...u16(0x0800),
  6,
  4,
  ...u16(1),
  ...[2, 0, 0, 0, 0, 10],
  ...[10, 0, 0, 1],
  ...zeros(6),
  ...[10, 0, 0, 2],
]);

export const echoRequest = frame(ipv4(forth, 1, icmp(8, 0x00010001, 8)));
export const echoReply = frame(ipv4(back, 1, icmp(0, 0x00010001, 8)), true);

/** SLL: packet type, then the sender's MAC. */
export function sll(type: number, mac: number, packet: Bytes): number[] {
  const address = [...u16(Math.floor(mac / 2 ** 32)), ...u32(mac % 2 ** 32)];
  return [...u16(type), ...u16(1), ...u16(6), ...address, 0, 0, ...u16(0x0800), ...packet];
}

export function sll2(type: number, mac: number, ifindex: number, packet: Bytes): number[] {
  const address = [...u16(Math.floor(mac / 2 ** 32)), ...u32(mac % 2 ** 32)];
  return [...u16(0x0800), 0, 0, ...u32(ifindex), ...u16(1), type, 6, ...address, 0, 0, ...packet];
}
