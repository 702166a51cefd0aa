import { describe, expect, it } from 'vitest';
import type { InterfaceChoice } from '../../src/replay/core/core-config.js';
import { CoreFault, createFlowCore, defaultCoreConfig } from '../../src/replay/core/index.js';
import { booksBalance, compiledCore, run } from './core.js';
import { inner4, inner6, kinds, sll, sll2 } from './kinds.js';
import { frame, pcap, pcapOf, startTime, type Taken, u16 } from './packets.js';
import { pcapngWriter } from './pcapng.js';

const plain = kinds.plain?.bytes ?? [];
const two: Taken[] = [
  { time: startTime, bytes: plain },
  { time: startTime + 1_500_000, bytes: plain },
];
const second = BigInt(startTime / 1_000_000);

function faultOf(file: Uint8Array): string | null {
  try {
    run(file);
    return null;
  } catch (error) {
    if (error instanceof CoreFault) return error.code;
    throw error;
  }
}

describe('pcap', () => {
  it.each([
    ['microseconds, little-endian', {}],
    ['microseconds, big-endian', { big: true }],
  ])('%s', (_, options) => {
    const { records } = run(pcap(two, options));
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({ startTime, endTime: startTime + 1_500_000, client: { packets: 2 } });
  });

  it.each([[{ nano: true }], [{ nano: true, big: true }]])('nanoseconds %j', (options) => {
    const { rows } = run(pcap([{ time: startTime * 1000 + 768, bytes: plain }], options), { task: 'packets' });
    expect(rows[0]?.time).toBe(BigInt(startTime * 1000 + 768));
  });

  it('reads a record over the snaplen, and says so', () => {
    const { counters } = run(pcap(two, { snaplen: 40 }));
    expect(counters).toMatchObject({ packetsInFlows: 2, notes: { 'record-over-snaplen': 2 } });
  });

  it('reports a cut last record and keeps the rest', () => {
    const file = pcap(two);
    const { counters } = run(file.subarray(0, file.length - 7));
    expect(counters.packets).toBe(1);
    expect(counters.notes['truncated-tail-bytes']).toBe(16 + plain.length - 7);
  });

  it('counts empty packets', () => {
    const { counters } = run(pcap([{ time: startTime, bytes: [] }]));
    expect(counters).toMatchObject({ packets: 1, dropped: { 'zero-length': 1 } });
  });

  it('names link types that it does not know', () => {
    expect(run(pcap(two, { linkType: 105 })).counters.dropped['unsupported-link-type']).toBe(2);
  });

  it.each([
    ['not-a-capture', Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0)],
    ['too-short', Uint8Array.of(0xd4, 0xc3, 0xb2)],
    ['too-short', new Uint8Array(0)],
    ['bad-version', pcap(two).map((byte, i) => (i === 4 ? 9 : byte))],
    ['bad-section', Uint8Array.from(pcapngWriter().section()).map((byte, i) => (i === 8 ? 0 : byte))],
  ])('throws %s', (code, file) => expect(faultOf(file)).toBe(code));

  it('goes on with another file after a fault', () => {
    const core = createFlowCore(compiledCore, defaultCoreConfig, {});
    expect(() => core.feed(Uint8Array.of(1, 2, 3, 4, 5))).toThrow(CoreFault);
    core.endFile();
    core.feed(pcap(two));
    core.endFile();
    expect(core.end().packetsInFlows).toBe(2);
  });

  it('goes on with flows over several files of a NIC', () => {
    const core = createFlowCore(compiledCore, defaultCoreConfig, {});
    for (const packet of two) {
      core.feed(pcap([packet]));
      core.endFile();
    }
    expect(core.end()).toMatchObject({ flows: 1, packetsInFlows: 2 });
  });
});

describe('pcapng', () => {
  it.each([[false], [true]])('reads interfaces, packets and simple packets (big-endian: %s)', (big) => {
    const file = pcapngWriter(big);
    const bytes = [
      ...file.section(),
      ...file.interface(1, [[2, [...'eth0'].map((letter) => letter.charCodeAt(0))]]),
      ...file.packet(0, second * 1_000_000n + 5n, plain),
      ...file.block(0x0bad, [1, 2, 3]),
      ...file.simple(plain),
    ];
    const { records, counters } = run(Uint8Array.from(bytes));
    expect(counters).toMatchObject({ packets: 2, packetsInFlows: 2, notes: { 'unknown-block': 1, sections: 1 } });
    expect(records[0]).toMatchObject({ startTime: startTime + 5, client: { packets: 2 } });
  });

  it.each<[string, number, bigint, number]>([
    ['nanoseconds', 9, 5_000_007_000n, 7],
    ['milliseconds', 3, 5004n, 4000],
    ['seconds', 0, 5n, 0],
    ['2^-20 s', 0x80 | 20, (5n << 20n) | (1n << 19n), 500_000],
    ['2^-40 s', 0x80 | 40, (5n << 40n) | (1n << 38n), 250_000],
    ['10^-12 s', 12, 5_000_003_000_000n, 3],
  ])('reads times in %s', (_, resolution, ticks, micros) => {
    const file = pcapngWriter();
    const bytes = [...file.section(), ...file.interface(1, [[9, [resolution]]]), ...file.packet(0, ticks, plain)];
    expect(run(Uint8Array.from(bytes)).records[0]?.startTime).toBe(5_000_000 + micros);
  });

  it('adds the time offset of an interface', () => {
    const file = pcapngWriter();
    const offset = [...file.word(3600), 0, 0, 0, 0];
    const bytes = [
      ...file.section(),
      ...file.interface(1, [[14, offset]]),
      ...file.packet(0, second * 1_000_000n, plain),
    ];
    expect(run(Uint8Array.from(bytes)).records[0]?.startTime).toBe(startTime + 3_600_000_000);
  });

  it('keeps interfaces of other link types apart', () => {
    const file = pcapngWriter();
    const at = (n: bigint) => second * 1_000_000n + n;
    const bytes = [
      ...file.section(),
      ...file.interface(1),
      ...file.interface(101),
      ...file.packet(0, at(0n), plain),
      ...file.packet(1, at(1n), inner4),
      ...file.packet(2, at(2n), plain),
    ];
    const outcome = run(Uint8Array.from(bytes));
    expect(outcome.records.map(({ interfaceId }) => interfaceId).sort()).toEqual([0, 1]);
    expect(outcome.counters.dropped['unknown-interface']).toBe(1);
    expect(booksBalance(outcome)).toBe(true);
  });

  it.each<[string, InterfaceChoice, readonly number[]]>([
    ['one that is named', { names: ['lxc1'], are: 'taken' }, [1]],
    ['several', { names: ['lxc1', 'eth0'], are: 'taken' }, [0, 1]],
    ['none', { names: ['lxc'], are: 'taken' }, []],
    ['all but one', { names: ['lxc1'], are: 'left-out' }, [0, 2, 3]],
    ['all but several', { names: ['eth0', 'lxc1'], are: 'left-out' }, [2, 3]],
    ['a name longer than the core keeps', { names: [`${'x'.repeat(60)}ABC`], are: 'taken' }, [3]],
  ])('takes the packets of some interfaces: %s', (_, interfaces, taken) => {
    const file = pcapngWriter();
    const ticks = second * 1_000_000n;
    const named = (name: string) => file.interface(1, [[2, [...Buffer.from(name)]]]);
    const declared = [...named('eth0'), ...named('lxc1'), ...file.interface(1), ...named('x'.repeat(70))];
    const packets = [0, 1, 2, 3].flatMap((id) => file.packet(id, ticks + BigInt(id), plain));
    const whole = [...file.section(), ...declared, ...packets, ...file.simple(plain)];
    const [first, ...rest] = [
      run(Uint8Array.from(whole), { config: { interfaces } }),
      run(Uint8Array.from([...whole, ...whole]), { config: { interfaces } }),
    ];
    expect(first.records.map(({ interfaceId }) => interfaceId)).toEqual(taken);
    const simple = taken.includes(0) ? 1 : 0;
    expect(first.counters).toMatchObject({
      packets: 5,
      packetsInFlows: taken.length + simple,
      capturedBytes: (taken.length + simple) * plain.length,
      dropped: { 'other-interface': 5 - taken.length - simple },
    });
    for (const outcome of [first, ...rest]) expect(booksBalance(outcome)).toBe(true);
    expect(rest[0]?.counters.packetsInFlows).toBe(first.counters.packetsInFlows * 2);
  });

  it('leaves the time of other interfaces alone', () => {
    const file = pcapngWriter();
    const named = (name: string) => file.interface(1, [[2, [...Buffer.from(name)]]]);
    const at = (seconds: bigint) => (second + seconds) * 1_000_000n;
    const bytes = [
      ...file.section(),
      ...named('eth0'),
      ...named('lxc1'),
      ...file.packet(0, at(0n), plain),
      ...file.packet(1, at(3600n), plain),
      ...file.packet(0, at(1n), plain),
    ];
    const { counters, records } = run(Uint8Array.from(bytes), {
      config: { interfaces: { names: ['eth0'], are: 'taken' } },
    });
    expect(counters).toMatchObject({ packetsInFlows: 2, lastTime: startTime + 1_000_000 });
    expect(records).toMatchObject([{ client: { packets: 2 }, firstPacket: 0, lastPacket: 2 }]);
  });

  it('knows an interface again in the next section, of another byte order', () => {
    const [little, big] = [pcapngWriter(), pcapngWriter(true)];
    const ticks = second * 1_000_000n;
    const section = (file: typeof little) => [...file.section(), ...file.interface(1), ...file.packet(0, ticks, plain)];
    const { counters, records } = run(Uint8Array.from([...section(little), ...section(big)]));
    expect(counters).toMatchObject({ packetsInFlows: 2, notes: { sections: 2, interfaces: 1 } });
    expect(records).toHaveLength(1);
  });

  it('has no interface block', () => {
    const file = pcapngWriter();
    const outcome = run(Uint8Array.from([...file.section(), ...file.packet(0, 0n, plain), ...file.simple(plain)]));
    expect(outcome.counters).toMatchObject({ packets: 2, dropped: { 'unknown-interface': 2 } });
  });

  it('reads on after a block whose lengths do not agree', () => {
    const file = pcapngWriter();
    const bad = [...file.packet(0, second, plain)];
    bad[bad.length - 4] = 1;
    const good = file.packet(0, second * 1_000_000n, plain);
    const outcome = run(Uint8Array.from([...file.section(), ...file.interface(1), ...bad, ...good]));
    expect(outcome.counters).toMatchObject({
      packets: 1,
      packetsInFlows: 1,
      notes: { 'malformed-block': 1, resynchronised: 1 },
    });
  });

  it('says when a packet claims more than its block holds', () => {
    const file = pcapngWriter();
    const bad = [...file.packet(0, second, plain)];
    bad.splice(20, 4, ...file.word(5000));
    const outcome = run(Uint8Array.from([...file.section(), ...file.interface(1), ...bad]));
    expect(outcome.counters.dropped['oversize-record']).toBe(1);
  });
});

describe('link layers', () => {
  it('reads SLL: outgoing is local at the source, to us at the destination', () => {
    const reverse = [...inner4];
    reverse.splice(12, 8, ...inner4.slice(16, 20), ...inner4.slice(12, 16));
    reverse.splice(20, 4, ...inner4.slice(22, 24), ...inner4.slice(20, 22));
    const file = pcap(
      [
        { time: startTime, bytes: sll(4, 0x02000000000a, inner4) },
        { time: startTime + 1, bytes: sll(0, 0x02000000000b, reverse) },
      ],
      { linkType: 113 },
    );
    const { records } = run(file);
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({
      inferred: true,
      client: { l2End: true, mac: 0x02000000000a, packets: 1, bytes: 16 + inner4.length },
      server: { l2End: false, mac: 0x02000000000b, packets: 1 },
    });
  });

  it('splits SLL2 by the interface index', () => {
    const bytes = (ifindex: number) => sll2(0, 0x02000000000a, ifindex, inner4);
    const file = pcap(
      [
        { time: startTime, bytes: bytes(2) },
        { time: startTime + 1, bytes: bytes(70_000) },
        { time: startTime + 2, bytes: bytes(2) },
      ],
      { linkType: 276 },
    );
    const { records } = run(file);
    expect(records.map(({ ifindex, server, client }) => [ifindex, client.packets, server.l2End])).toEqual([
      [2, 2, true],
      [70_000, 1, true],
    ]);
  });

  it('reads raw IP, local by the owner of the address', () => {
    const pairs = [{ mac: 5, ip: '10.0.0.2' }];
    const file = pcap(
      [
        { time: startTime, bytes: inner4 },
        { time: startTime, bytes: inner6 },
      ],
      { linkType: 101 },
    );
    const { records } = run(file, { config: { nicMac: 5, mappedMac: 5, pairs } });
    expect(records[0]).toMatchObject({ inferred: true, client: { l2End: false, mac: 0 }, server: { l2End: true } });
    expect(records[0]?.client.bytes).toBe(inner4.length);
    expect(records[1]).toMatchObject({ family: 6, server: { l2End: false } });
  });

  it.each([
    ['NULL', 0, 'as the host that captured had it', [2, 0, 0, 0], [30, 0, 0, 0]],
    ['LOOP', 108, 'in the order of the network', [0, 0, 0, 2], [0, 0, 0, 24]],
  ])('reads %s (%i), its address family %s', (_name, linkType, _order, family4, family6) => {
    const packets = [
      [...family4, ...inner4],
      [...family6, ...inner6],
      [7, 0, 0, 0, ...inner4],
      [2, 0],
    ];
    const file = pcap(
      packets.map((bytes) => ({ time: startTime, bytes })),
      { linkType },
    );
    const outcome = run(file);
    expect(outcome.records.map(({ family, client }) => [family, client.bytes])).toEqual([
      [4, 4 + inner4.length],
      [6, 4 + inner6.length],
    ]);
    expect(outcome.counters.dropped).toMatchObject({ 'non-ip': 1, 'malformed-link': 1 });
    expect(booksBalance(outcome)).toBe(true);
  });

  it('leaves a fifth tag alone', () => {
    const tags = Array.from({ length: 5 }, () => [...u16(0x8100), ...u16(9)]).flat();
    const bytes = [...frame(inner4).slice(0, 12), ...tags, ...frame(inner4).slice(12)];
    expect(run(pcapOf(bytes)).counters.dropped['non-ip']).toBe(1);
    const four = [...frame(inner4).slice(0, 12), ...tags.slice(4), ...frame(inner4).slice(12)];
    expect(run(pcapOf(four)).records[0]).toMatchObject({ vlan: 9, client: { bytes: 14 + 16 + inner4.length } });
  });

  it('counts ARP and other EtherTypes apart', () => {
    const other = [...plain.slice(0, 12), 0x88, 0xcc, ...plain.slice(14)];
    const arp = [...plain.slice(0, 12), 0x08, 0x06, ...plain.slice(14)];
    expect(run(pcapOf(other, arp)).counters.dropped).toMatchObject({ 'non-ip': 1, arp: 1 });
  });
});
