import { describe, expect, it } from 'vitest';
import { captureOf, fromClient, fromServer, taken } from './conversation.js';
import { booksBalance, run } from './core.js';
import { echoReply, echoRequest } from './kinds.js';
import { ack, back, fin, forth, frame, ipv4, rst, startTime, syn, type Taken, udp } from './packets.js';

const open: readonly Taken[] = [
  fromClient({ at: 0, flags: syn }),
  fromServer({ at: 1, flags: syn | ack }),
  fromClient({ at: 2, flags: ack }),
];
/** Long after everything, so that the clock moves on; another flow. */
const later = (seconds: number) =>
  taken(seconds * 1000, frame(ipv4({ src: '9.9.9.9', dst: '9.9.9.8' }, 17, udp(1, 2, []))));

/** Whether a packet so many seconds after the last one begins a new flow. */
function isEnded(packets: readonly Taken[], next: (at: number) => Taken, seconds: number): boolean {
  const last = packets[packets.length - 1]?.time ?? 0;
  const at = (last - startTime) / 1000 + seconds * 1000;
  const { records } = run(captureOf(...packets, next(at)));
  return records.length > 1;
}

const data = (at: number) => fromClient({ at, flags: ack });

describe('timeouts', () => {
  // The window lags one to two seconds behind, so a flow is looked at up to two seconds after its timeout.
  it.each<[string, readonly Taken[], (at: number) => Taken, number]>([
    ['established', open, data, 300],
    ['opening', open.slice(0, 2), (at) => fromClient({ at, flags: syn }), 5],
    ['single direction, whatever the state', [fromClient({ at: 0, flags: ack })], data, 5],
    ['closing', [...open, fromClient({ at: 3, flags: fin | ack })], data, 5],
    ['reset of an established flow', [...open, fromServer({ at: 3, flags: rst })], data, 35],
    ['reset while opening', [...open.slice(0, 2), fromClient({ at: 3, flags: rst })], data, 1],
    [
      'closed by both',
      [
        ...open,
        fromClient({ at: 3, flags: fin | ack }),
        fromServer({ at: 4, flags: fin | ack }),
        fromClient({ at: 5, flags: ack }),
      ],
      data,
      2,
    ],
    ['exception', [...open, fromClient({ at: 3, flags: syn | fin })], data, 5],
    [
      'UDP',
      [taken(0, frame(ipv4(forth, 17, udp(5, 6, []))))],
      (at) => taken(at, frame(ipv4(forth, 17, udp(5, 6, [])))),
      5,
    ],
    [
      'UDP, both directions',
      [taken(0, frame(ipv4(forth, 17, udp(5, 6, [])))), taken(1, frame(ipv4(back, 17, udp(6, 5, [])), true))],
      (at) => taken(at, frame(ipv4(forth, 17, udp(5, 6, [])))),
      5,
    ],
    [
      'other protocols, both directions',
      [taken(0, echoRequest), taken(1, echoReply)],
      (at) => taken(at, echoRequest),
      35,
    ],
  ])('%s: %4$s s', (_, packets, next, seconds) => {
    expect(isEnded(packets, next, seconds - 0.1)).toBe(false);
    expect(isEnded(packets, next, seconds + 2.1)).toBe(true);
  });

  it('are settings', () => {
    const timeouts = { established: 10, closingRst: 3, openingRst: 1, others: 2 };
    expect(run(captureOf(...open, data(13_000)), { config: { timeouts } }).records).toHaveLength(2);
    expect(run(captureOf(...open, data(9_000)), { config: { timeouts } }).records).toHaveLength(1);
  });

  it('end a flow while the capture goes on, and tell which flows the end cut', () => {
    const { records } = run(captureOf(...open, later(400)));
    expect(records.map(({ protocol, cutByEnd, closeType }) => [protocol, cutByEnd, closeType])).toEqual([
      [6, false, 3],
      [17, true, 1],
    ]);
  });

  it('survive a jump of years', () => {
    const { records } = run(captureOf(...open, later(300_000_000)));
    expect(records).toHaveLength(2);
  });
});

describe('the clock', () => {
  it('raises a packet that is a little late, and drops one that is later', () => {
    const outcome = run(captureOf(...open, data(10), data(9.5), data(8)));
    expect(outcome.counters).toMatchObject({ notes: { 'time-raised': 1 }, dropped: { retired: 1 }, packetsInFlows: 5 });
    expect(outcome.records[0]?.endTime).toBe(startTime + 10_000);
    expect(booksBalance(outcome)).toBe(true);
  });

  it('starts anew after a clock was set back for good', () => {
    const before = Array.from({ length: 10 }, (_, i) => data(3_600_000 + i));
    const after = Array.from({ length: 100 }, (_, i) => data(i));
    const outcome = run(captureOf(...before, ...after));
    expect(outcome.counters.dropped.retired).toBe(64);
    expect(outcome.counters.packetsInFlows).toBe(46);
    expect(outcome.counters.notes['time-restarted']).toBe(1);
    expect(booksBalance(outcome)).toBe(true);
  });
});

describe('intervals', () => {
  const packets = [...open, data(100), data(1200), data(1300), data(5000), data(65_000)];

  it('of a second: one record for each with packets, then the end', () => {
    const { records } = run(captureOf(...packets), { config: { reportInterval: '1s' } });
    const seconds = records.map(({ kind, intervalStart, client, server, closeType }) => [
      kind,
      (intervalStart - startTime) / 1e6,
      client.packets + server.packets,
      closeType,
    ]);
    expect(seconds).toEqual([
      ['interval', 0, 4, 5],
      ['interval', 1, 2, 5],
      ['interval', 5, 1, 5],
      ['end', 65, 1, 3],
    ]);
    expect(records[3]?.client.totalPackets).toBe(7);
    expect(records[3]?.server).toMatchObject({ totalPackets: 1, packets: 0, totalTcpFlags: syn | ack, tcpFlags: 0 });
  });

  it('of a minute, counted from the start of the flow', () => {
    const { records } = run(captureOf(...packets), { config: { reportInterval: '1m' } });
    expect(records.map(({ kind, client, server }) => [kind, client.packets + server.packets])).toEqual([
      ['interval', 7],
      ['end', 1],
    ]);
  });

  it('add up to the same totals', () => {
    const total = run(captureOf(...packets)).records[0];
    for (const reportInterval of ['1s', '1m'] as const) {
      const outcome = run(captureOf(...packets, later(500)), { config: { reportInterval } });
      const last = outcome.records.filter(({ protocol }) => protocol === 6).at(-1);
      expect(booksBalance(outcome)).toBe(true);
      expect(last).toMatchObject({
        kind: 'end',
        flowId: total?.flowId,
        closeType: 3,
        client: { totalPackets: total?.client.packets, totalBytes: total?.client.bytes },
      });
    }
  });
});

describe('the flow limit', () => {
  it('counts what it keeps out', () => {
    const many = Array.from({ length: 20 }, (_, i) => taken(i, frame(ipv4(forth, 17, udp(1000 + i, 53, [])))));
    const outcome = run(captureOf(...many), { config: { flowLimit: 8 } });
    expect(outcome.counters).toMatchObject({ packetsInFlows: 8, peakFlows: 8, dropped: { 'flow-limit': 12 } });
    expect(booksBalance(outcome)).toBe(true);
  });

  it('gives room again when flows have ended', () => {
    const many = Array.from({ length: 20 }, (_, i) => taken(i * 8000, frame(ipv4(forth, 17, udp(1000 + i, 53, [])))));
    const outcome = run(captureOf(...many), { config: { flowLimit: 2 } });
    expect(outcome.counters).toMatchObject({ packetsInFlows: 20, flows: 20, peakFlows: 1 });
  });
});
