import { describe, expect, it } from 'vitest';
import type { FlowRecord } from '../../src/replay/flow-record.js';
import { captureOf, fromClient, fromServer, taken } from './conversation.js';
import { run } from './core.js';
import { echoReply, echoRequest } from './kinds.js';
import { ack, back, fin, forth, frame, ipv4, pcap, psh, rst, startTime, syn, type Taken, udp } from './packets.js';

const push = psh | ack;
const open: readonly Taken[] = [
  fromClient({ at: 0, flags: syn, seq: 99 }),
  fromServer({ at: 10, flags: syn | ack, seq: 499, ack: 100 }),
  fromClient({ at: 13, flags: ack, seq: 100, ack: 500 }),
];

function measure(...packets: readonly Taken[]): FlowRecord {
  const [record] = run(captureOf(...packets)).records;
  if (record === undefined) throw new Error('no flow');
  return record;
}

const once = (value: number) => ({ sum: value, count: 1, max: value });
const none = { sum: 0, count: 0, max: 0 };

describe('handshake', () => {
  it('measures both sides and the whole', () => {
    expect(measure(...open)).toMatchObject({
      rtt: 13_000,
      rttServer: once(10_000),
      rttClient: once(3_000),
      synSeq: 99,
      synAckSeq: 499,
      synCount: 1,
      synAckCount: 1,
    });
  });

  it('measures from the first SYN and SYN+ACK, several times for the server', () => {
    const record = measure(
      fromClient({ at: 0, flags: syn, seq: 99 }),
      fromClient({ at: 5, flags: syn, seq: 99 }),
      fromServer({ at: 10, flags: syn | ack, seq: 499, ack: 100 }),
      fromServer({ at: 12, flags: syn | ack, seq: 499, ack: 100 }),
      fromClient({ at: 13, flags: ack, seq: 100, ack: 500 }),
      fromClient({ at: 20, flags: ack, seq: 100, ack: 500 }),
    );
    expect(record).toMatchObject({
      rttServer: { sum: 22_000, count: 2, max: 12_000 },
      rttClient: once(3_000),
      rtt: 13_000,
      retransSyn: 1,
      retransSynAck: 1,
      client: { retrans: 1 },
      server: { retrans: 1 },
    });
  });

  it('does not count what took longer than 30 s', () => {
    const timeouts = { established: 300, closingRst: 35, openingRst: 1, others: 100 };
    const late = [
      fromClient({ at: 0, flags: syn, seq: 99 }),
      fromServer({ at: 30_001, flags: syn | ack, seq: 499, ack: 100 }),
      fromClient({ at: 30_002, flags: ack, seq: 100, ack: 500 }),
    ];
    expect(run(captureOf(...late), { config: { timeouts } }).records[0]).toMatchObject({ rtt: null, rttServer: none });
  });

  it('has no whole without the SYN', () => {
    expect(measure(...open.slice(1))).toMatchObject({ rtt: null, rttServer: none, rttClient: once(3_000) });
  });
});

describe('exchanges', () => {
  const request = fromClient({ at: 20, flags: push, seq: 100, ack: 500, payload: 10 });

  it('srt: the ACK of exactly the last request', () => {
    expect(measure(...open, request, fromServer({ at: 24, seq: 500, ack: 110 })).srt).toEqual(once(4_000));
    expect(measure(...open, request, fromServer({ at: 24, seq: 500, ack: 109 })).srt).toEqual(none);
    const twice = [fromServer({ at: 24, seq: 500, ack: 110 }), fromServer({ at: 25, seq: 500, ack: 110 })];
    expect(measure(...open, request, ...twice).srt).toEqual(once(4_000));
  });

  it('art: the first answer with payload', () => {
    const answer = [
      fromServer({ at: 24, seq: 500, ack: 110 }),
      fromServer({ at: 29, flags: ack, seq: 500, ack: 110, payload: 50 }),
      fromServer({ at: 30, flags: push, seq: 550, ack: 110, payload: 50 }),
    ];
    expect(measure(...open, request, ...answer)).toMatchObject({ art: once(9_000), srt: once(4_000) });
  });

  it('neither without PSH, nor for one byte, nor after RST', () => {
    const answer = fromServer({ at: 29, flags: push, seq: 500, ack: 110, payload: 50 });
    for (const fields of [
      { flags: ack, payload: 10 },
      { flags: push, payload: 1 },
    ]) {
      const other = fromClient({ at: 20, seq: 100, ack: 500, ...fields });
      expect(measure(...open, other, answer).art).toEqual(none);
    }
    expect(measure(...open, request, fromClient({ at: 22, flags: rst }), answer).art).toEqual(none);
  });

  it('cit: since the handshake, then since the last answer', () => {
    const more = [
      request,
      fromServer({ at: 29, flags: push, seq: 500, ack: 110, payload: 50 }),
      fromClient({ at: 36, flags: push, seq: 110, ack: 550, payload: 10 }),
    ];
    expect(measure(...open, ...more).cit).toEqual({ sum: 14_000, count: 2, max: 7_000 });
  });

  it('counts bytes by layer', () => {
    expect(measure(...open, request)).toMatchObject({
      client: { packets: 3, bytes: 3 * 54 + 10, l3Bytes: 3 * 20 + 10, l4Bytes: 10 },
      server: { packets: 1, bytes: 54 },
    });
  });

  it('udp: the first packet of a burst answers', () => {
    const datagram = (at: number, reply: boolean) =>
      taken(
        at,
        frame(ipv4(reply ? back : forth, 17, udp(...((reply ? [53, 5000] : [5000, 53]) as [number, number]), []))),
      );
    const packets = [
      datagram(0, false),
      datagram(2, false),
      datagram(9, true),
      datagram(20, true),
      datagram(22, false),
    ];
    expect(measure(...packets).art).toEqual(once(7_000));
  });

  it('icmp: the reply of the same identifier and sequence', () => {
    expect(measure(taken(0, echoRequest), taken(4, echoReply), taken(5, echoReply)).srt).toEqual(once(4_000));
  });
});

describe('sequence numbers', () => {
  const data = (at: number, seq: number, payload: number) => fromClient({ at, flags: ack, seq, payload });

  it('counts data again, and data that fills a gap', () => {
    const record = measure(
      ...open,
      data(20, 100, 10),
      data(21, 130, 10),
      data(22, 120, 10),
      data(23, 110, 10),
      data(24, 105, 5),
    );
    expect(record.client).toMatchObject({ retrans: 1, ooo: 2 });
    // The gaps are filled by now: the same again is again.
    const again = measure(...open, data(20, 100, 10), data(21, 120, 10), data(22, 110, 10), data(23, 110, 10));
    expect(again.client).toMatchObject({ retrans: 1, ooo: 1 });
  });

  it('goes on over the end of the number space', () => {
    const near = 2 ** 32 - 5;
    const record = measure(data(0, near, 10), data(1, 5, 10), data(2, near + 2, 3), data(3, 15, 10));
    expect(record.client).toMatchObject({ retrans: 1, ooo: 0 });
  });

  it('remembers sixteen segments and joins the lowest of more', () => {
    const gaps = Array.from({ length: 40 }, (_, i) => data(20 + i, 1000 + i * 100, 10));
    const record = measure(
      ...gaps,
      data(100, 1000 + 39 * 100, 10),
      data(101, 1050, 10),
      data(102, 1000 + 38 * 100 + 50, 10),
    );
    expect(record.client).toMatchObject({ retrans: 2, ooo: 1 });
  });

  it('never counts pure ACKs, and tells keepalives apart', () => {
    const keepalive = fromClient({ at: 30, flags: ack, seq: 109, ack: 500, payload: 1 });
    const record = measure(...open, data(20, 100, 10), keepalive, fromClient({ at: 31, seq: 110, ack: 500 }));
    expect(record).toMatchObject({ client: { retrans: 0, ooo: 0 }, lastKeepaliveSeq: 109, lastKeepaliveAck: 500 });
  });

  it('counts windows of zero outside the handshake', () => {
    const zero = { window: 0 };
    const record = measure(
      fromClient({ at: 0, flags: syn, seq: 99, ...zero }),
      fromServer({ at: 1, flags: syn | ack, seq: 499, ack: 100, ...zero }),
      fromClient({ at: 2, flags: ack, seq: 100, ack: 500, ...zero }),
      fromServer({ at: 3, seq: 500, ack: 100, ...zero }),
      fromServer({ at: 4, flags: rst, seq: 500, ...zero }),
    );
    expect(record).toMatchObject({ client: { zeroWin: 1 }, server: { zeroWin: 1 } });
    expect(measure(fromServer({ at: 1, flags: syn | ack, ...zero })).server.zeroWin).toBe(1);
  });

  it('counts FIN and flags per side', () => {
    const record = measure(...open, fromClient({ at: 20, flags: fin | ack }), fromServer({ at: 21, flags: fin | ack }));
    expect(record).toMatchObject({
      finCount: 2,
      client: { tcpFlags: syn | ack | fin },
      server: { tcpFlags: syn | ack | fin },
    });
  });
});

describe('evidence', () => {
  it('counts copies of a packet that follow at once', () => {
    const packet = (at: number) => fromClient({ at, flags: ack, seq: 5, id: 77 });
    expect(measure(packet(0), packet(0.5), packet(40)).duplicates).toBe(1);
  });

  it('takes no data for a copy of the data before it, whatever their lengths', () => {
    for (let payload = 1; payload < 200; payload++) {
      const [first, next] = [
        fromClient({ at: 0, flags: ack, seq: 100, payload: 4 }),
        fromClient({ at: 0.1, flags: ack, seq: 104, payload }),
      ];
      expect(measure(first, next).duplicates, `${payload} bytes`).toBe(0);
    }
  });

  it('counts packets that the capture cut, and numbers packets', () => {
    const bytes = frame(ipv4(forth, 17, udp(1, 2, new Array<number>(100).fill(0))));
    const file = pcap([
      { time: startTime, bytes: frame(ipv4(back, 17, udp(7, 8, [])), true) },
      { time: startTime, bytes: bytes.slice(0, 60), wire: bytes.length },
      { time: startTime, bytes },
    ]);
    const { records } = run(file);
    expect(records[1]).toMatchObject({
      snaplenCut: 1,
      firstPacket: 1,
      lastPacket: 2,
      client: { bytes: 2 * bytes.length },
    });
  });

  it('takes the length from the wire where IP has none or too much', () => {
    for (const totalLength of [0, 5000]) {
      const packet = ipv4(forth, 17, udp(1, 2, [1, 2, 3]), { totalLength });
      const { records, counters } = run(pcap([{ time: startTime, bytes: frame(packet) }]));
      expect(records[0]?.client.bytes).toBe(14 + packet.length);
      expect(counters.notes['ip-length-zero'] + counters.notes['ip-length-too-large']).toBe(1);
    }
  });

  it('keeps the fragments of a packet apart: the first has ports', () => {
    const first = frame(ipv4(forth, 17, udp(1000, 53, [1, 2, 3, 4, 5, 6, 7, 8]), { fragment: 0x2000, id: 5 }));
    const later = frame(ipv4(forth, 17, [1, 2, 3, 4], { fragment: 0x1000, id: 5 }));
    const { records } = run(captureOf(taken(0, first), taken(1, later)));
    expect(records.map(({ server }) => server.port)).toEqual([53, 0]);
  });

  it('takes nothing for a later fragment from the header of the packet before', () => {
    const later = frame(ipv4(forth, 6, [1, 2, 3, 4], { fragment: 0x1000 }));
    const flowOfFragment = (...before: Taken[]) =>
      run(captureOf(...before, taken(5, later))).records.find(({ server }) => server.port === 0);
    const { client, state, synSeq } = flowOfFragment() ?? {};
    for (const flags of [syn, ack | psh, ack | fin, rst]) {
      expect(flowOfFragment(fromClient({ at: 0, flags, seq: 7000, payload: 20 }))).toMatchObject({
        client: { ...client, tcpFlags: 0, totalTcpFlags: 0 },
        state,
        synSeq,
      });
    }
  });
});
