import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { CoreConfig } from '../../src/replay/core/index.js';
import { booksBalance, run } from './core.js';
import {
  ack,
  type Bytes,
  clientMac,
  ethernet,
  fin,
  ipv4,
  outerClientMac,
  outerServerMac,
  pcap,
  psh,
  rst,
  serverMac,
  startTime,
  syn,
  type Taken,
  tag,
  tcp,
  udp,
  urg,
  vxlan,
} from './packets.js';
import { pcapngWriter } from './pcapng.js';
import { type Random, seeded } from './random.js';

/** One conversation, as far as it has come. */
interface Talk {
  readonly isTcp: boolean;
  readonly isTunnelled: boolean;
  readonly port: number;
  readonly serverPort: number;
  readonly sequences: [number, number];
  steps: number;
  id: number;
}

const timeStamps: Bytes = [1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2];
const oddFlags = [syn, syn | ack, ack | fin, rst, rst | ack, psh | ack | urg, ack | 0x40, 0, psh];
const vxlanLike: Bytes = [8, 0, 0, 0, 0, 0, 9, 0, ...ethernet(serverMac, clientMac, 0x0800, new Array(20).fill(0x45))];

function newTalk(random: Random, number: number): Talk {
  return {
    isTcp: random.below(4) !== 0,
    isTunnelled: random.below(3) === 0,
    port: 40_000 + number,
    serverPort: [80, 53, 53, 6081, 4790, 4789][random.below(6)] ?? 53,
    sequences: [random.below(2) === 0 ? 0xffff_ff00 : 1000, 5000],
    steps: 0,
    id: 0,
  };
}

function segment(talk: Talk, side: 0 | 1, ports: [number, number], random: Random): Bytes {
  const isOdd = random.below(12) === 0;
  const payload = random.below(3) === 0 ? random.below(3) : random.below(60);
  const own = talk.sequences[side];
  const opening = [syn, syn | ack, ack][talk.steps];
  const flags = isOdd
    ? (oddFlags[random.below(oddFlags.length)] ?? 0)
    : (opening ?? (random.below(2) === 0 ? ack : ack | psh));
  const length = opening === undefined ? payload : 0;
  const shift = random.below(10) === 0 ? random.below(200) - 100 : 0;
  talk.sequences[side] = (own + length + ((flags & (syn | fin)) === 0 ? 0 : 1)) >>> 0;
  return tcp({
    sport: ports[0],
    dport: ports[1],
    flags,
    seq: (own + shift) >>> 0,
    ack: talk.sequences[1 - side] ?? 0,
    window: random.below(30) === 0 ? 0 : 1000,
    options: random.below(3) === 0 ? timeStamps : random.below(20) === 0 ? [254, 8, 0, 80, 1, 2, 3, 4] : [],
    payload: length,
  });
}

function datagram(ports: [number, number], random: Random): Bytes {
  const payload = random.below(10) === 0 ? vxlanLike : new Array<number>(random.below(60)).fill(random.below(256));
  return udp(...ports, payload);
}

function packetOf(talk: Talk, random: Random): Bytes {
  const side = talk.isTcp && talk.steps < 3 ? ((talk.steps % 2) as 0 | 1) : (random.below(2) as 0 | 1);
  const ports: [number, number] = side === 0 ? [talk.port, talk.serverPort] : [talk.serverPort, talk.port];
  const ends = side === 0 ? { src: '10.0.0.1', dst: '10.0.0.2' } : { src: '10.0.0.2', dst: '10.0.0.1' };
  const l4 = talk.isTcp ? segment(talk, side, ports, random) : datagram(ports, random);
  talk.steps += 1;
  if (random.below(3) !== 0) talk.id += 1;
  const packet = ipv4(ends, talk.isTcp ? 6 : 17, l4, {
    id: talk.id & 1 ? talk.id : 0,
    ...(random.below(20) === 0 && { fragment: [0x2000, 0x0010, 0x2010, 0x4000][random.below(4)] ?? 0 }),
    ...(random.below(40) === 0 && { options: [1, 1, 1, 1] }),
    ...(random.below(60) === 0 && { totalLength: random.below(100) }),
  });
  const [src, dst] = side === 0 ? [clientMac, serverMac] : [serverMac, clientMac];
  const tags = random.below(40) === 0 ? tag(7) : [];
  const inner = ethernet(random.below(40) === 0 ? 0x02_00_00_00_00_99 : src, dst, 0x0800, packet, tags);
  if (!talk.isTunnelled || random.below(40) === 0) return inner;
  const [outerSrc, outerDst] =
    side === 0 ? ([outerClientMac, outerServerMac] as const) : ([outerServerMac, outerClientMac] as const);
  const outerEnds =
    side === 0 ? { src: '192.168.0.1', dst: '192.168.0.2' } : { src: '192.168.0.2', dst: '192.168.0.1' };
  return ethernet(outerSrc, outerDst, 0x0800, ipv4(outerEnds, 17, udp(50_000, 4789, vxlan(5, inner))));
}

/** Mostly as it was sent; cut, with a trailer that is not captured, or padded. */
function asCaptured(bytes: Bytes, random: Random): Pick<Taken, 'bytes' | 'wire'> {
  const way = random.below(100);
  if (way < 2) return { bytes: bytes.slice(0, 60), wire: bytes.length };
  if (way < 4) return { bytes, wire: bytes.length + 1 + random.below(20) };
  return { bytes: way < 8 ? [...bytes, ...new Array<number>(random.below(20)).fill(0)] : bytes };
}

function packets(seed: number): Taken[] {
  const random = seeded(seed);
  const talks = Array.from({ length: 12 }, (_, number) => newTalk(random, number));
  const taken: Taken[] = [];
  let time = startTime;
  for (let i = 0; i < 1500; i++) {
    const talk = talks[random.below(talks.length)];
    if (talk === undefined) continue;
    time += random.below(40) === 0 ? random.below(3_000_000) : random.below(20_000);
    if (random.below(60) === 0) time -= random.below(3000);
    const bytes = packetOf(talk, random);
    taken.push({ time, ...asCaptured(bytes, random) });
    if (random.below(20) === 0) taken.push({ time: time + random.below(2000), bytes });
  }
  return taken;
}

/** With two interfaces, in turns. */
function pcapngOf(taken: readonly Taken[]): Uint8Array {
  const { section, interface: declare, packet } = pcapngWriter();
  const blocks = taken.map(({ time, bytes, wire }, i) => packet((i >> 6) & 1, BigInt(time), bytes, wire));
  return Uint8Array.from([...section(), ...declare(1), ...declare(1), ...blocks.flat()]);
}

const configs: Readonly<Record<string, Partial<CoreConfig>>> = {
  defaults: {},
  'client local': { nicMac: clientMac, mappedMac: clientMac },
  'outer client local': { nicMac: outerClientMac, mappedMac: outerClientMac },
  'virtual mirror': { captureMode: 1, localSegments: [clientMac] },
  'physical mirror': { captureMode: 2, remoteSegments: [serverMac, outerServerMac] },
  'each second': { reportInterval: '1s' },
  'each minute': { reportInterval: '1m' },
  'nothing taken off': { decap: [] },
  'trimmed tunnels': { trim: [1] },
  'tunnel types told apart': { agentType: 3 },
  'no cloud': { captureNetworkType: 1 },
  'MACs left out': { ignoreMac: true },
  'few flows': { flowLimit: 5 },
};

const captures = Array.from({ length: 40 }, (_, seed) => pcap(packets(seed)));

function expectEqualWays(files: readonly Uint8Array[], config: Partial<CoreConfig>): void {
  for (const [seed, file] of files.entries()) {
    const express = run(file, { config });
    expect(booksBalance(express), `seed ${seed}`).toBe(true);
    const general = run(file, { config: { ...config, express: false } });
    // What is equal is told in a fifth of the time; what is not is shown.
    if (!isDeepStrictEqual(express, general)) expect(express, `seed ${seed}`).toEqual(general);
  }
}

describe('the express way', () => {
  it.each(Object.entries(configs))('comes to what the general way comes to: %s', (_, config) => {
    expectEqualWays(captures, config);
  });

  it.each([0, 101, 113, 276])('is not for link type %i, whatever its frames look like', (linkType) => {
    expectEqualWays(
      Array.from({ length: 5 }, (_, seed) => pcap(packets(seed), { linkType })),
      {},
    );
  });

  it('is for pcapng, too, with flows of each interface apart', () => {
    expectEqualWays(
      Array.from({ length: 10 }, (_, seed) => pcapngOf(packets(seed))),
      {},
    );
  });
});
