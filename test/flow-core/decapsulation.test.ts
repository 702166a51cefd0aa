import { describe, expect, it } from 'vitest';
import { booksBalance, run } from './core.js';
import { allTunnels, inner4, inner6, kinds, segment } from './kinds.js';
import {
  clientMac,
  ethernet,
  forth,
  frame,
  ipv4,
  outerClientMac,
  outerForth,
  outerFrame,
  outerServerMac,
  pcapOf,
  serverMac,
  tag,
  udp,
  vxlan,
} from './packets.js';

describe('decapsulation', () => {
  for (const [name, kind] of Object.entries(kinds)) {
    it(`finds what is inside: ${name}`, () => {
      const outcome = run(pcapOf(kind.bytes), { config: { decap: allTunnels } });
      const [record] = outcome.records;
      expect(booksBalance(outcome)).toBe(true);
      expect(outcome.records).toHaveLength(1);
      const [src, dst] = kind.family === 4 ? ['10.0.0.1', '10.0.0.2'] : ['fd00::1', 'fd00::2'];
      expect(record).toMatchObject({
        client: { ip: src, port: 40_000, l4Bytes: 5 },
        server: { ip: dst, port: 80 },
        protocol: 6,
        family: kind.family,
      });
      if (kind.type === 0) {
        expect(record?.tunnel).toBeNull();
      } else {
        expect(record?.tunnel).toMatchObject({ type: kind.type, tier: kind.tier, rx: null });
        expect(record?.tunnel?.tx).toMatchObject({ id: kind.id, macSrc: outerClientMac, macDst: outerServerMac });
      }
      expect(record?.client.mac).toBe(
        kind.madeUp ? record?.client.mac : kind.type === 2 || name.includes('GPE with') ? outerClientMac : clientMac,
      );
    });
  }

  it('leaves what is not configured, and tells of it', () => {
    const { records } = run(pcapOf(kinds.Geneve?.bytes ?? []));
    expect(records[0]).toMatchObject({
      tunnel: null,
      protocol: 17,
      server: { port: 6081, ip: outerForth.dst },
      hiddenTunnel: { type: 4, packets: 1 },
    });
  });

  it('tells of VXLAN on another port', () => {
    const bytes = outerFrame(ipv4(outerForth, 17, udp(50_000, 5555, vxlan(1, frame(inner4)))));
    expect(run(pcapOf(bytes)).records[0]).toMatchObject({ tunnel: null, hiddenTunnel: { type: 1, packets: 1 } });
  });

  it("takes off the mirror's own VXLAN, to ff:ff and with equal ports", () => {
    const packet = ipv4(outerForth, 17, udp(5555, 5555, vxlan(77, frame(inner4))));
    const bytes = ethernet(outerClientMac, 0xffff_0000_0001, 0x0800, packet);
    expect(run(pcapOf(bytes)).records[0]).toMatchObject({
      tunnel: { type: 1, tx: { id: 77 } },
      client: { ip: forth.src },
    });
  });

  it('is not misled by a VXLAN port with another first byte', () => {
    const bytes = outerFrame(ipv4(outerForth, 17, udp(50_000, 4789, [0, ...vxlan(1, frame(inner4)).slice(1)])));
    expect(run(pcapOf(bytes)).records[0]).toMatchObject({ tunnel: null, server: { port: 4789 } });
  });

  it('judges a later fragment by no bytes at all', () => {
    const packet = ipv4(outerForth, 17, udp(50_000, 4789, vxlan(1, frame(inner4))), { fragment: 100 });
    expect(run(pcapOf(outerFrame(packet))).records[0]).toMatchObject({
      tunnel: null,
      protocol: 17,
      client: { ip: outerForth.src, port: 0, l3Bytes: packet.length - 20, l4Bytes: packet.length - 20 },
      server: { port: 0 },
    });
  });

  it('forgets a trimmed tunnel', () => {
    const { records } = run(pcapOf(kinds['VXLAN in VXLAN']?.bytes ?? []), { config: { trim: [1], decap: [] } });
    expect(records[0]).toMatchObject({
      tunnel: null,
      client: { ip: forth.src, mac: clientMac },
      server: { mac: serverMac },
    });
  });

  it('takes off two of ten layers and names what is left', () => {
    let bytes = frame(inner4);
    for (let i = 0; i < 10; i++) bytes = outerFrame(ipv4(outerForth, 17, udp(50_000, 4789, vxlan(i, bytes))));
    const { records, counters } = run(pcapOf(bytes));
    expect(records[0]).toMatchObject({
      tunnel: { type: 1, tier: 2, tx: { id: 9 } },
      hiddenTunnel: { type: 1, packets: 1 },
    });
    expect(counters.notes['tunnel-layers-left']).toBe(1);
  });

  it('fills in the other direction from the other packet', () => {
    const answer = ipv4(
      { src: outerForth.dst, dst: outerForth.src },
      4,
      ipv4({ src: forth.dst, dst: forth.src }, 6, [
        ...segment.slice(2, 4),
        ...segment.slice(0, 2),
        ...segment.slice(4),
      ]),
    );
    const { records } = run(
      pcapOf(kinds['IPv4 in IPv4']?.bytes ?? [], ethernet(outerServerMac, outerClientMac, 0x0800, answer)),
    );
    expect(records).toHaveLength(1);
    expect(records[0]?.tunnel).toMatchObject({
      tx: { src: outerForth.src, dst: outerForth.dst },
      rx: { src: outerForth.dst, dst: outerForth.src },
    });
  });

  it('keeps whole IPv6 addresses of the outer header', () => {
    const { records } = run(pcapOf(kinds['VXLAN over IPv6']?.bytes ?? []));
    expect(records[0]?.tunnel).toMatchObject({ isIpv6: true, tx: { src: 'fd01::1', dst: 'fd01::2' } });
  });

  it.each([
    ['VXLAN 4789', 36],
    ['VXLAN over IPv4 options', 44],
    ['IPv4 in IPv4', 6],
    ['Geneve with options', 48],
    ['GRE with IPv4', 14],
    ['VXLAN in VXLAN', 36 + 14 + 36],
  ])('lists the offset of %s', (name, offset) => {
    const { rows } = run(pcapOf(kinds[name]?.bytes ?? []), { task: 'packets', config: { decap: allTunnels } });
    expect(rows[0]?.tunnel?.offset).toBe(offset);
  });

  it('counts innermost bytes only, with their VLAN tags and without padding', () => {
    const tagged = ethernet(clientMac, serverMac, 0x0800, [...inner4, 0, 0, 0, 0], tag(5));
    const bytes = outerFrame(ipv4(outerForth, 17, udp(50_000, 4789, vxlan(1, tagged))));
    expect(run(pcapOf(bytes)).records[0]).toMatchObject({ vlan: 5, client: { bytes: 18 + inner4.length, packets: 1 } });
    expect(run(pcapOf(frame(inner6))).records[0]?.client.bytes).toBe(14 + inner6.length);
  });
});
