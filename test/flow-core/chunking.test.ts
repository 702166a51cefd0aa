import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { run, runReadAhead } from './core.js';
import { kinds } from './kinds.js';
import { pcap, startTime } from './packets.js';
import { pcapngWriter } from './pcapng.js';
import { seeded } from './random.js';

const random = seeded(5);
const bytesOf = Object.values(kinds).map(({ bytes }) => bytes);
const taken = Array.from({ length: 400 }, (_, i) => ({
  time: startTime + i * 50_000,
  bytes: bytesOf[random.below(bytesOf.length)] ?? [],
}));

const writer = pcapngWriter();
const captures = {
  pcap: pcap(taken),
  pcapng: Uint8Array.from([
    ...writer.section(),
    ...writer.interface(1),
    ...taken.flatMap(({ time, bytes }) => writer.packet(0, BigInt(time), bytes)),
  ]),
  'a real capture': readFileSync(new URL('../../capture-fixtures/flannel-vxlan/cross/n1-eth0.pcap', import.meta.url)),
};

describe('chunks', () => {
  for (const [name, file] of Object.entries(captures)) {
    it.each([1, 2, 3, 7, 16, 100, 4096])(`${name} in chunks of %i bytes`, (chunk) => {
      for (const reportInterval of ['total', '1s'] as const) {
        const config = { reportInterval, decap: [1, 2, 3, 4, 5, 6, 7] };
        expect(run(file, { config, chunk })).toEqual(run(file, { config }));
      }
    });

    it(`${name} read into the core's own rooms, one chunk ahead`, () => {
      expect(runReadAhead(file, 1000)).toEqual(run(file));
    });

    it(`${name} as rows`, () => {
      expect(run(file, { task: 'packets', chunk: 1 })).toEqual(run(file, { task: 'packets' }));
    });
  }

  it('writes more records than its output holds', () => {
    const many = Array.from({ length: 3000 }, (_, i) => {
      const bytes = [...(kinds.plain?.bytes ?? [])];
      bytes[28] = i & 255;
      bytes[29] = i >> 8;
      return { time: startTime + i, bytes };
    });
    const last = { time: startTime + 600_000_000, bytes: kinds.plain?.bytes ?? [] };
    const { records, counters } = run(pcap([...many, last]));
    expect(records).toHaveLength(3001);
    expect(new Set(records.map(({ flowId }) => flowId)).size).toBe(3001);
    expect(counters.packetsInFlows).toBe(3001);
  });
});
