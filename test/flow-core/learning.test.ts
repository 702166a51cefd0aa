import { describe, expect, it } from 'vitest';
import { captureOf, fromClient, taken } from './conversation.js';
import { droppedPackets, run } from './core.js';
import { arp, kinds } from './kinds.js';
import { clientMac, forth6, frame, ip, ipv6, mac, outerClientMac, pcapOf, startTime } from './packets.js';

describe('learning', () => {
  it('takes the sender of ARP, once and again', () => {
    const { learnt } = run(pcapOf(arp, arp), { task: 'learn' });
    expect(learnt).toEqual([
      {
        mac: clientMac,
        ip: '10.0.0.1',
        arp: 2,
        discovery: 0,
        source: 0,
        innerSource: 0,
        firstPacket: 0,
        firstSource: 0,
      },
    ]);
  });

  it('leaves an ARP probe, which has no address yet', () => {
    const probe = [...arp];
    probe.fill(0, 28, 32);
    expect(run(pcapOf(probe), { task: 'learn' }).learnt).toEqual([]);
  });

  it('takes sources before and after decapsulation', () => {
    const { learnt } = run(pcapOf(kinds['VXLAN 4789']?.bytes ?? []), { task: 'learn' });
    expect(learnt).toMatchObject([
      { mac: outerClientMac, ip: '192.168.0.1', source: 1, innerSource: 0 },
      { mac: clientMac, ip: '10.0.0.1', source: 0, innerSource: 1 },
    ]);
  });

  it('keeps when an address was first a source, which asking for others by ARP is not', () => {
    const second = fromClient({ at: 7 });
    const { learnt } = run(captureOf(taken(0, arp), second, fromClient({ at: 9 })), { task: 'learn' });
    expect(learnt).toMatchObject([{ ip: '10.0.0.1', arp: 1, source: 2, firstSource: startTime + 7000 }]);
  });

  it('takes the MAC that neighbour discovery gives', () => {
    const other = 0x02000000cc01;
    const advertisement = [136, 0, 0, 0, 0x60, 0, 0, 0, ...ip('fd00::99'), 2, 1, ...mac(other)];
    const solicitation = [135, 0, 0, 0, 0, 0, 0, 0, ...ip('fd00::2'), 1, 1, ...mac(clientMac)];
    const { learnt } = run(pcapOf(frame(ipv6(forth6, 58, advertisement)), frame(ipv6(forth6, 58, solicitation))), {
      task: 'learn',
    });
    expect(learnt).toMatchObject([
      { mac: clientMac, ip: 'fd00::1', source: 2, discovery: 1 },
      { mac: other, ip: 'fd00::99', discovery: 1, source: 0 },
    ]);
  });

  it('counts every packet', () => {
    const { counters } = run(pcapOf(arp, ...Object.values(kinds).map(({ bytes }) => bytes)), { task: 'learn' });
    expect(counters.packets).toBe(1 + Object.keys(kinds).length);
    expect(counters.packets).toBe(counters.packetsInFlows + droppedPackets(counters));
  });
});
