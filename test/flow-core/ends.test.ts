import { describe, expect, it } from 'vitest';
import type { CoreConfig } from '../../src/replay/core/index.js';
import { booksBalance, type Outcome, run } from './core.js';
import { inner4, kinds } from './kinds.js';
import {
  back,
  clientMac,
  ethernet,
  forth,
  forth6,
  frame,
  ipv4,
  ipv6,
  outerClientMac,
  outerServerMac,
  pcapOf,
  serverMac,
  tcp,
  udp,
} from './packets.js';

const forwards = frame(ipv4(forth, 6, tcp({ sport: 40_000, dport: 80, flags: 16 })));
const backwards = frame(ipv4(back, 6, tcp({ sport: 80, dport: 40_000, flags: 16 })), true);
const ends = ({ records }: Outcome) =>
  records.map(({ client, server, tapMac }) => [client.l2End, server.l2End, tapMac]);
const nic = (mac: number): Partial<CoreConfig> => ({ nicMac: 0x02eeeeeeeeee, mappedMac: mac });

describe('l2_end in mode 0', () => {
  it.each([
    ['the source', clientMac, [true, false]],
    ['the destination', serverMac, [false, true]],
    ['neither', 0x02ffffffffff, [false, false]],
    // Only the last three bytes are compared.
    ['a MAC with another start', 0xaaaaaa00000a, [true, false]],
  ])('the MAC of the NIC is %s', (_, mac, expected) => {
    const outcome = run(pcapOf(forwards, backwards), { config: nic(mac) });
    expect(ends(outcome)).toEqual([[...expected, mac]]);
  });

  it('multicast goes to the NIC unless it comes from it', () => {
    const bytes = ethernet(clientMac, 0x01005e000001, 0x0800, inner4);
    expect(ends(run(pcapOf(bytes), { config: nic(serverMac) }))[0]).toEqual([false, true, serverMac]);
    expect(ends(run(pcapOf(bytes), { config: nic(clientMac) }))[0]).toEqual([true, false, clientMac]);
  });

  it('takes the outer MACs of a tunnel', () => {
    const outcome = run(pcapOf(kinds['VXLAN 4789']?.bytes ?? []), { config: nic(outerServerMac) });
    expect(outcome.records[0]).toMatchObject({ client: { l2End: false }, server: { l2End: true, mac: serverMac } });
  });

  it('both ends where both MACs are zero', () => {
    expect(ends(run(pcapOf(ethernet(0, 0, 0x0800, inner4)), { config: nic(5) }))[0]).toEqual([true, true, 5]);
  });
});

describe('virtual mirror, mode 1', () => {
  const mirror = (localSegments: readonly number[]): Partial<CoreConfig> => ({
    captureMode: 1,
    localSegments,
    nicMac: 0x02000000ee01,
    mappedMac: 1,
  });

  it('injects once where neither MAC is local, with the MAC of the NIC', () => {
    expect(ends(run(pcapOf(forwards), { config: mirror([1]) }))).toEqual([[false, false, 0x02000000ee01]]);
  });

  it('injects once for the local side, with its MAC, for both directions', () => {
    const source = run(pcapOf(forwards, backwards), { config: mirror([clientMac]) });
    expect(ends(source)).toEqual([[true, false, clientMac]]);
    const destination = run(pcapOf(forwards, backwards), { config: mirror([serverMac]) });
    expect(ends(destination)).toEqual([[false, true, serverMac]]);
  });

  it('injects twice where both are local, with the same counters', () => {
    const outcome = run(pcapOf(forwards, backwards), { config: mirror([clientMac, serverMac]) });
    expect(ends(outcome)).toEqual([
      [true, false, clientMac],
      [false, true, serverMac],
    ]);
    const counts = outcome.records.map(({ client, server }) => [client.packets, server.packets, client.bytes]);
    expect(counts[0]).toEqual(counts[1]);
    expect(outcome.counters).toMatchObject({ packets: 2, packetsInFlows: 2, injectedTwice: 2, injections: 4 });
    expect(booksBalance(outcome)).toBe(true);
  });

  it('compares the last four bytes, and the outer MACs of a tunnel', () => {
    expect(ends(run(pcapOf(forwards), { config: mirror([0xaaaa0000000a]) }))[0]?.[0]).toBe(true);
    expect(ends(run(pcapOf(forwards), { config: mirror([0xaaaaaa00000a]) }))[0]?.[0]).toBe(false);
    const tunnelled = run(pcapOf(kinds['VXLAN 4789']?.bytes ?? []), { config: mirror([clientMac, outerClientMac]) });
    expect(ends(tunnelled)).toEqual([[true, false, outerClientMac]]);
  });

  it('counts a second injection that found no room', () => {
    const outcome = run(pcapOf(forwards), { config: { ...mirror([clientMac, serverMac]), flowLimit: 1 } });
    expect(outcome.counters).toMatchObject({ packetsInFlows: 1, injections: 1, injectionsOverLimit: 1 });
    expect(booksBalance(outcome)).toBe(true);
  });
});

describe('physical mirror, mode 2', () => {
  it('asks the remote segments, and only unicast destinations', () => {
    const config: Partial<CoreConfig> = { captureMode: 2, remoteSegments: [serverMac, 0x01005e000001] };
    expect(ends(run(pcapOf(forwards), { config }))[0]).toEqual([false, true, 0]);
    const multicast = ethernet(clientMac, 0x01005e000001, 0x0800, inner4);
    expect(ends(run(pcapOf(multicast), { config }))[0]).toEqual([false, false, 0]);
  });
});

describe('l3_end', () => {
  const l3 = ({ records }: Outcome) => [records[0]?.client.l3End, records[0]?.server.l3End];

  it('asks the pairs of MAC and address', () => {
    const pairs = [{ mac: clientMac, ip: forth.src }];
    expect(l3(run(pcapOf(forwards), { config: { pairs } }))).toEqual([true, false]);
    expect(l3(run(pcapOf(forwards), { config: { pairs: [{ mac: serverMac, ip: forth.src }] } }))).toEqual([
      false,
      false,
    ]);
    const both = [...pairs, { mac: serverMac, ip: forth.dst }];
    expect(l3(run(pcapOf(forwards), { config: { pairs: both } }))).toEqual([true, true]);
  });

  it('takes a VIP interface that is local', () => {
    const config = { ...nic(clientMac), vipMacs: [clientMac, serverMac] };
    expect(l3(run(pcapOf(forwards), { config }))).toEqual([true, false]);
  });

  it('holds for both sides of the loopback network, and for none of another network type', () => {
    const loopback = frame(ipv4({ src: '127.0.0.1', dst: '127.0.0.2' }, 17, udp(1, 2, [])));
    expect(l3(run(pcapOf(loopback)))).toEqual([true, true]);
    expect(l3(run(pcapOf(loopback), { config: { captureNetworkType: 1 } }))).toEqual([false, false]);
  });

  it('learns from neighbour advertisements, for flows that are there already too', () => {
    const packet = frame(ipv6(forth6, 17, udp(1, 2, [])));
    const advertisement = frame(ipv6(forth6, 58, [136, 0, 0, 0, 0x60, 0, 0, 0, ...forth6Target]));
    const { records } = run(pcapOf(packet, advertisement, packet));
    const flow = records.find(({ protocol }) => protocol === 17);
    expect(flow).toMatchObject({ client: { l3End: true }, server: { l3End: false }, endChanges: 1 });
  });

  it('is that of the last packet, where one came from another MAC in between', () => {
    const packet = ipv4(forth, 6, tcp({ sport: 40_000, dport: 80, flags: 16 }));
    const other = ethernet(0x02000000ff01, serverMac, 0x0800, packet);
    const config = { pairs: [{ mac: 0x02000000ff01, ip: forth.src }] };
    const [flow, ...further] = run(pcapOf(forwards, backwards, other, forwards, backwards), { config }).records;
    expect(further).toEqual([]);
    expect(flow).toMatchObject({ client: { l3End: false, mac: clientMac }, endChanges: 2 });
  });

  it('learns nothing from link-local ones', () => {
    const local = { src: 'fe80::1', dst: 'fd00::2' };
    const advertisement = frame(ipv6(local, 58, [136, 0, 0, 0, 0x60, 0, 0, 0, ...forth6Target]));
    expect(l3(run(pcapOf(advertisement, frame(ipv6(local, 17, udp(1, 2, []))))))).toEqual([false, false]);
  });
});

const forth6Target = [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

describe('identity', () => {
  const other = ethernet(
    0x02000000ff01,
    serverMac,
    0x0800,
    ipv4(forth, 6, tcp({ sport: 40_000, dport: 80, flags: 16 })),
  );
  const flows = (config: Partial<CoreConfig>, ...frames: readonly (readonly number[])[]) =>
    run(pcapOf(...frames), { config }).records.length;

  it('compares the MAC of the local side only', () => {
    expect(flows(nic(serverMac), forwards, other)).toBe(1);
    expect(flows(nic(0x02000000ff01), forwards, other)).toBe(2);
    expect(flows(nic(0x0200000000ee), forwards, other)).toBe(1);
    expect(flows({ captureMode: 2, remoteSegments: [clientMac, 0x02000000ff01] }, forwards, other)).toBe(2);
  });

  it('compares both MACs with ignore_l2_end, none with ignore_tor_mac', () => {
    expect(flows({ ...nic(serverMac), ignoreL2End: true }, forwards, other)).toBe(2);
    const mirrored = { captureMode: 2, remoteSegments: [clientMac, 0x02000000ff01], ignoreMac: true } as const;
    expect(flows(mirrored, forwards, other)).toBe(1);
  });

  it('asks the tunnel type, but not for K8s agents', () => {
    const tunnelled = kinds['VXLAN 4789']?.bytes ?? [];
    const plain = kinds.plain?.bytes ?? [];
    expect(flows({ agentType: 8 }, plain, tunnelled)).toBe(1);
    expect(flows({ agentType: 3 }, plain, tunnelled)).toBe(2);
  });

  it('asks the VLAN outside of the cloud only', () => {
    const tagged = (id: number) => [...forwards.slice(0, 12), 0x81, 0, 0, id, ...forwards.slice(12)];
    expect(flows({}, tagged(1), tagged(2))).toBe(1);
    expect(flows({ captureNetworkType: 1 }, tagged(1), tagged(2))).toBe(2);
    expect(flows({ captureNetworkType: 1, ignoreIdcVlan: true }, tagged(1), tagged(2))).toBe(1);
  });

  it('keeps the ways in and out of a tunnel hairpin apart', () => {
    const inwards = kinds['VXLAN 4789']?.bytes ?? [];
    const outwards = [...inwards.slice(6, 12), ...inwards.slice(0, 6), ...inwards.slice(12)];
    expect(flows(nic(outerServerMac), inwards, outwards)).toBe(2);
  });

  it('keeps protocols, address families and ports apart', () => {
    const frames = [
      frame(ipv4(forth, 17, udp(40_000, 80, []))),
      forwards,
      frame(ipv6(forth6, 17, udp(40_000, 80, []))),
      frame(ipv4(forth, 17, udp(40_000, 81, []))),
      frame(ipv4(forth, 89, [1, 2, 3, 4])),
      frame(ipv4(forth, 132, [0, 1, 0, 2, ...new Array<number>(12).fill(0)])),
    ];
    expect(flows({}, ...frames)).toBe(6);
  });
});
