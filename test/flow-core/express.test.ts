import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { CoreConfig } from '../../src/replay/core/index.js';
import { captureOf, clientPort, fromClient, fromServer, type Sent, taken } from './conversation.js';
import { booksBalance, type Outcome, run, runFiles } from './core.js';
import {
  ack,
  type Bytes,
  back,
  clientMac,
  type Ends,
  ethernet,
  fin,
  forth,
  forth6,
  frame,
  geneve,
  icmp,
  ipv4,
  ipv6,
  mac,
  outerClientMac,
  outerForth,
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

/** With two interfaces, in turns of 64 packets where nothing else is said. */
function pcapngOf(packets: readonly Taken[], nicOf = (i: number) => (i >> 6) & 1, name = ''): Uint8Array {
  const { section, interface: declare, packet } = pcapngWriter();
  const blocks = packets.map(({ time, bytes, wire }, i) => packet(nicOf(i), BigInt(time), bytes, wire));
  const nic = declare(1, name === '' ? [] : [[2, [...Buffer.from(name)]]]);
  return Uint8Array.from([...section(), ...nic, ...nic, ...blocks.flat()]);
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
    expectEqual((more) => run(file, { config: { ...config, ...more } }), `seed ${seed}`);
  }
}

function expectEqual(outcome: (config: Partial<CoreConfig>) => Outcome, name?: string): void {
  const express = outcome({});
  expect(booksBalance(express), name).toBe(true);
  const general = outcome({ express: false });
  // What is equal is told in a fifth of the time; what is not is shown.
  if (!isDeepStrictEqual(express, general)) expect(express, name).toEqual(general);
}

/** A connection that is open after 2 ms. */
const opened: readonly Taken[] = [
  fromClient({ at: 0, flags: syn, seq: 99 }),
  fromServer({ at: 1, flags: syn | ack, seq: 499, ack: 100 }),
  fromClient({ at: 2, seq: 100, ack: 500 }),
];
const client = (at: number, more: Partial<Sent> = {}) => fromClient({ at, seq: 100, ack: 500, ...more });
const server = (at: number, more: Partial<Sent> = {}) => fromServer({ at, seq: 500, ack: 100, ...more });

/** With another MAC in place of the sender's, or of the receiver's. */
const otherMac = 0x02_00_00_00_00_99;
const groupOfOther = 0x01_00_00_00_00_99;
const fromOther = ({ time, bytes }: Taken): Taken => ({
  time,
  bytes: [...bytes.slice(0, 6), ...mac(otherMac), ...bytes.slice(12)],
});
const toOther = ({ time, bytes }: Taken, dst = otherMac): Taken => ({ time, bytes: [...mac(dst), ...bytes.slice(6)] });

function inTunnel({ time, bytes }: Taken, src = outerClientMac, dst = outerServerMac): Taken {
  const packet = ipv4(outerForth, 17, udp(50_000, 4789, vxlan(5, bytes)));
  return { time, bytes: ethernet(src, dst, 0x0800, packet) };
}
function inGeneve({ time, bytes }: Taken): Taken {
  return {
    time,
    bytes: ethernet(outerClientMac, outerServerMac, 0x0800, ipv4(outerForth, 17, udp(50_000, 6081, geneve(5, bytes)))),
  };
}

function flowOfUdp(ends: Ends, sport: number, dport: number, at: number): Taken {
  return taken(at, frame(ipv4(ends, 17, udp(sport, dport, [1])), sport < dport));
}

/** The client's address and port open another connection, or accept one. */
function ofAnother(at: number, flags: number, dport = 5000): Taken {
  return taken(at, frame(ipv4({ ...forth, dst: '10.0.0.3' }, 6, tcp({ sport: clientPort, dport, flags }))));
}

/** Packets about which something is unusual that is not to be seen in them, or not in the last one alone. */
const unusual: Readonly<Record<string, readonly [packets: readonly Taken[], config?: Partial<CoreConfig>]>> = {
  'to another MAC': [[...opened, toOther(client(3))], { ignoreL2End: true }],
  'to a group that has remote MACs, after one to one of those': [
    [...opened.map((packet) => toOther(packet, groupOfOther)), toOther(client(3)), toOther(client(4), groupOfOther)],
    { captureMode: 2, remoteSegments: [otherMac], ignoreMac: true },
  ],
  'after one from another MAC, and a neighbour that was heard': [
    [...opened, fromOther(client(3)), taken(4, frame(ipv6(forth6, 58, icmp(136, 0, 16)))), client(5)],
    { pairs: [{ mac: otherMac, ip: forth.src }] },
  ],
  'in VXLAN, after one in another tunnel': [
    [...opened.map((packet) => inTunnel(packet)), inGeneve(client(3)), inTunnel(client(4))],
    { decap: [1, 4] },
  ],
  'in VXLAN, the first one of its side': [
    [...opened.map((packet, i) => (i === 1 ? packet : inTunnel(packet))), inTunnel(server(3))],
  ],
  'in VXLAN, to a local MAC now': [
    [...opened.map((packet) => inTunnel(packet)), inTunnel(client(3), outerServerMac, otherMac)],
    { nicMac: otherMac, mappedMac: otherMac },
  ],
  'in VXLAN, from the local MAC as in the other direction': [
    [
      ...opened.map((packet, i) => (i === 1 ? inTunnel(packet, outerServerMac, outerClientMac) : inTunnel(packet))),
      inTunnel(server(3)),
    ],
    { nicMac: outerClientMac, mappedMac: outerClientMac },
  ],
  'in VXLAN, to a group that has remote MACs': [
    [...opened.map((packet) => inTunnel(packet)), inTunnel(client(3), outerClientMac, groupOfOther)],
    { captureMode: 2, remoteSegments: [otherMac] },
  ],
  'in VXLAN, from another local MAC of the mirror': [
    [
      ...opened.map((packet, i) => (i === 1 ? inTunnel(packet, outerServerMac, outerClientMac) : inTunnel(packet))),
      inTunnel(client(3), otherMac),
    ],
    { captureMode: 1, nicMac: outerClientMac, localSegments: [outerClientMac, otherMac] },
  ],
  'in a new second, after its client was found to be a server': [
    [
      client(0, { payload: 10 }),
      server(1, { payload: 10 }),
      client(2, { flags: fin | ack, seq: 110, ack: 510 }),
      server(3, { flags: fin | ack, seq: 510, ack: 111 }),
      ofAnother(1000, syn | ack),
      server(1100, { seq: 511, ack: 111 }),
    ],
  ],
  'with the sequence number 0, of a side that had no data yet': [
    [client(0, { payload: 10 }), ...[0, 10, 10].map((payload, i) => server(i + 1, { seq: 0, payload }))],
  ],
  'of UDP whose client was found to be a server, and not to be one, in turns': [
    [
      flowOfUdp(forth, clientPort, 53, 0),
      flowOfUdp(back, 53, clientPort, 1),
      ...[1100, 1300, 1500, 2100].flatMap((at, i) => [
        ofAnother(at - 100, i % 2 === 0 ? syn | ack : syn, 5000 + i),
        flowOfUdp(forth, clientPort, 53, at),
      ]),
    ],
  ],
  'that keeps a connection alive': [[...opened, server(3), client(4, { seq: 99 })]],
  'when the clock was set back': [[...opened, ...new Array<Taken>(64).fill(client(-1000)), client(3)]],
  'between packets that are too old': [
    [...opened, ...new Array<Taken>(63).fill(client(-1000)), client(3), client(-1000), client(4)],
  ],
};

/** The same, with the NIC of each packet. */
const ofTwoNics: Readonly<Record<string, readonly [packets: readonly Taken[], nics: readonly number[]]>> = {
  'so late that its second is over': [
    [...opened, client(10_000), client(10)],
    [0, 0, 0, 1, 0],
  ],
  'a little late, after another flow has ended': [
    [...opened, ...opened, flowOfUdp(forth, clientPort, 53, 300), client(5100), client(5600), client(5050)],
    [0, 0, 0, 1, 1, 1, 0, 0, 0, 1],
  ],
};

describe('the express way', () => {
  it.each(Object.entries(unusual))('comes to the same with a packet %s', (_, [packets, config]) => {
    expectEqualWays([captureOf(...packets)], config ?? {});
  });

  it.each(Object.entries(ofTwoNics))('comes to the same with a packet of two NICs, %s', (_, [packets, nics]) => {
    expectEqualWays([pcapngOf(packets, (i) => nics[i] ?? 0)], {});
  });

  it('takes no packet for one of the flow next to its own', () => {
    // Two flows fill the table; what differs from the first one in one thing has no room, and may be in its bucket.
    const numbers = Array.from({ length: 24 }, (_, i) => i + 1);
    const strangers = numbers.flatMap((n) => [
      flowOfUdp(forth, clientPort + n, 53, 9),
      flowOfUdp(forth, clientPort, 53 + n, 9),
      flowOfUdp({ ...forth, src: `10.0.1.${n}` }, clientPort, 53, 9),
      flowOfUdp({ ...forth, dst: `10.0.1.${n}` }, clientPort, 53, 9),
      flowOfUdp(back, 53, clientPort + n, 9),
      flowOfUdp(back, 53 + n, clientPort, 9),
      flowOfUdp({ ...back, src: `10.0.1.${n}` }, 53, clientPort, 9),
      flowOfUdp({ ...back, dst: `10.0.1.${n}` }, 53, clientPort, 9),
    ]);
    const own = [flowOfUdp(forth, clientPort, 53, 0), flowOfUdp(back, 53, clientPort, 1)];
    const files = numbers.map((n) => captureOf(...own, flowOfUdp(forth, 30_000 + n, 53, 2), ...strangers));
    expectEqualWays(files, { flowLimit: 2 });
  });

  it('takes none for one of the flow next to its own that has the same ends', () => {
    for (let n = 0; n < 150; n++) {
      const ports = { sport: clientPort + n, dport: 53 };
      const halfOpen = [
        fromClient({ at: 0, flags: syn, ...ports }),
        fromServer({ at: 1, flags: syn | ack, sport: 53, dport: clientPort + n }),
      ];
      const ofUdp = [flowOfUdp(forth, clientPort + n, 53, 0), flowOfUdp(back, 53, clientPort + n, 1)];
      // The table is full with them.
      const nextTo = [30_000, 31_000, 32_000].map((port) => flowOfUdp(forth, port + n, 53, 2));
      const stranger = captureOf(flowOfUdp(forth, clientPort + n, 53, 9));
      for (const first of [captureOf(...halfOpen, ...nextTo), pcapngOf([...ofUdp, ...nextTo], () => 0, 'eth0')]) {
        expectEqual((more) => runFiles([first, stranger], { config: { flowLimit: 4, ...more } }));
      }
    }
  });

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
