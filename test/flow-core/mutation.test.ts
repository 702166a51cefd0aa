import { describe, expect, it } from 'vitest';
import { booksBalance, run } from './core.js';
import { allTunnels, arp, echoReply, kinds, sll, sll2 } from './kinds.js';
import { type Bytes, pcap, startTime, type Taken } from './packets.js';
import { pcapngWriter } from './pcapng.js';
import { type Random, seeded } from './random.js';

const seeds: readonly Bytes[] = [...Object.values(kinds).map(({ bytes }) => bytes), arp, echoReply];
const config = { decap: allTunnels, flowLimit: 4096 };

function mutate(bytes: Bytes, random: Random): number[] {
  const out = [...bytes];
  const changes = 1 + random.below(4);
  for (let i = 0; i < changes; i++) out[random.below(out.length)] = random.below(256);
  return random.below(4) === 0 ? out.slice(0, random.below(out.length)) : out;
}

function mutatedCapture(packets: number, seed: number): Uint8Array {
  const random = seeded(seed);
  const taken: Taken[] = [];
  let time = startTime;
  for (let i = 0; i < packets; i++) {
    time += random.below(100_000);
    const bytes = mutate(seeds[random.below(seeds.length)] ?? [], random);
    taken.push({ time, bytes, wire: bytes.length + (random.below(8) === 0 ? random.below(2000) : 0) });
  }
  return pcap(taken, { linkType: [1, 113, 276, 101, 0, 108][seed % 6] ?? 1 });
}

function mutatedInterfaces(packets: number, random: Random): Uint8Array {
  const file = pcapngWriter(random.below(2) === 0);
  const named = (name: string) => file.interface(1, [[2, [...Buffer.from(name)]]]);
  const head = [...file.section(), ...named('eth0'), ...named('lxc1'), ...file.interface(1)];
  const blocks = Array.from({ length: packets }, (_, i) => {
    const bytes = mutate(seeds[random.below(seeds.length)] ?? [], random);
    if (random.below(20) === 0) return file.simple(bytes);
    return file.packet(random.below(4), BigInt(startTime + i * 1000), bytes);
  });
  return Uint8Array.from([head, ...blocks].flat());
}

describe('bad packets', () => {
  it('cuts every kind at every byte', () => {
    for (const [name, { bytes }] of Object.entries(kinds)) {
      const cuts = Array.from({ length: bytes.length + 1 }, (_, length) => bytes.slice(0, length));
      const byCapture = run(pcap(cuts.map((cut) => ({ time: startTime, bytes: cut, wire: bytes.length }))), { config });
      const bySender = run(pcap(cuts.map((cut) => ({ time: startTime, bytes: cut }))), { config });
      expect(booksBalance(byCapture) && booksBalance(bySender), name).toBe(true);
      expect(byCapture.counters.dropped['cut-by-snaplen'], name).toBeGreaterThan(40);
      expect(bySender.counters.dropped['cut-by-snaplen'], name).toBe(0);
    }
  });

  it('reads nothing behind the end of a packet', () => {
    for (const [name, { bytes }] of Object.entries(kinds)) {
      const rowsBefore = (filler: number, later: number) => {
        const taken = bytes.flatMap((_, length) => [
          { time: startTime, bytes: bytes.slice(0, length), wire: bytes.length },
          { time: startTime + later, bytes: new Array<number>(100 + (filler & 3)).fill(filler) },
        ]);
        const { rows } = run(pcap(taken), { config, task: 'packets' });
        return rows.filter(({ index }) => index % 2 === 0);
      };
      expect(rowsBefore(0, 0), name).toEqual(rowsBefore(255, 0x7fff_ffff_ffff));
    }
  });

  it('keeps its book with 200,000 mutated packets', () => {
    for (let seed = 0; seed < 8; seed++) {
      const outcome = run(mutatedCapture(25_000, seed), { config });
      expect(booksBalance(outcome), `seed ${seed}`).toBe(true);
      expect(outcome.counters.packets).toBe(25_000);
    }
  });

  it('survives mutated files, and reads the same whatever the chunks', () => {
    for (let seed = 0; seed < 40; seed++) {
      const random = seeded(1000 + seed);
      const file = mutatedCapture(300, seed).slice();
      for (let i = 0; i < 10; i++) file[24 + random.below(file.length - 24)] = random.below(256);
      const whole = run(file, { config });
      expect(booksBalance(whole), `seed ${seed}`).toBe(true);
      expect(run(file, { config, chunk: 1 + random.below(500) })).toEqual(whole);
    }
  });

  it('survives mutated pcapng files of several interfaces, and reads the same whatever the chunks', () => {
    for (let seed = 0; seed < 40; seed++) {
      const random = seeded(2000 + seed);
      const file = mutatedInterfaces(200, random);
      for (let i = 0; i < 10; i++) file[8 + random.below(file.length - 8)] = random.below(256);
      const chosen = {
        names: ['eth0', 'lxc1'].slice(random.below(3)),
        are: random.below(2) === 0 ? 'taken' : 'left-out',
      } as const;
      const options = { config: { ...config, interfaces: chosen } };
      const whole = run(file, options);
      expect(booksBalance(whole), `seed ${seed}`).toBe(true);
      expect(run(file, { ...options, chunk: 1 + random.below(500) })).toEqual(whole);
    }
  });

  it('reads on after a record whose length cannot be', () => {
    const frames = Array.from({ length: 50 }, (_, i) => ({ time: startTime + i, bytes: kinds.plain?.bytes ?? [] }));
    const file = pcap(frames);
    const record = 16 + (kinds.plain?.bytes.length ?? 0);
    // The captured length of the tenth record.
    file.set([255, 255, 255, 255], 24 + 10 * record + 8);
    const { counters } = run(file, { config });
    expect(counters.dropped['oversize-record']).toBe(1);
    expect(counters.packets).toBe(50);
    expect(counters.packetsInFlows).toBe(49);
    expect(counters.notes).toMatchObject({ resynchronised: 1, 'skipped-bytes': record - 16 });
  });

  it('bounds a chain of extension headers', () => {
    const { bytes } = kinds['extension headers'] ?? { bytes: [] };
    const header = bytes.slice(0, 54);
    const chain = [...header.slice(0, 18), 1, 0x10, 0, 64, ...header.slice(22)];
    for (let i = 0; i < 34; i++) chain.push(0, 0, 0, 0, 0, 0, 0, 0);
    const outcome = run(pcap([{ time: startTime, bytes: chain }]), { config });
    expect(outcome.counters.dropped['malformed-ip']).toBe(1);
  });

  it('keeps its book for link types without Ethernet', () => {
    const file = pcap([{ time: startTime, bytes: sll(0, 1, kinds.plain?.bytes.slice(14) ?? []) }], { linkType: 113 });
    expect(run(file).counters.packetsInFlows).toBe(1);
    const file2 = pcap([{ time: startTime, bytes: sll2(0, 1, 7, kinds.plain?.bytes.slice(14) ?? []) }], {
      linkType: 276,
    });
    expect(run(file2).counters.packetsInFlows).toBe(1);
  });
});
