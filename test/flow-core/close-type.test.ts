import { describe, expect, it } from 'vitest';
import { captureOf, fromClient, fromServer, taken } from './conversation.js';
import { run } from './core.js';
import { ack, fin, forth, frame, ipv4, psh, rst, syn, type Taken, udp } from './packets.js';

const c =
  (flags: number, payload = 0) =>
  (at: number) =>
    fromClient({ at, flags, payload });
const s =
  (flags: number, payload = 0) =>
  (at: number) =>
    fromServer({ at, flags, payload });
type Step = (at: number) => Taken;
const open: readonly Step[] = [c(syn), s(syn | ack), c(ack)];
const request: readonly Step[] = [...open, c(psh | ack, 10), s(psh | ack, 10)];

describe('close types', () => {
  it.each<[number, string, readonly Step[]]>([
    [0, 'flags that no packet may carry', [...open, c(syn | fin)]],
    [1, 'both sides closed', [...request, c(fin | ack), s(fin | ack), c(ack)]],
    [1, 'the last ACK is missing', [...request, c(fin | ack), s(fin | ack)]],
    [1, 'closed by the server first', [...request, s(fin | ack), c(fin | ack), s(ack)]],
    [2, 'reset by the server', [...request, s(rst)]],
    [9, 'reset by the client', [...request, c(rst | ack)]],
    [3, 'idle', request],
    [7, 'SYN without answer', [c(syn), c(syn)]],
    [8, 'only the client closed', [...request, c(fin | ack)]],
    [11, 'only the server closed', [...request, s(fin | ack)]],
    [10, 'SYN+ACK without ACK', [c(syn), s(syn | ack)]],
    [13, 'ACK instead of SYN+ACK', [c(syn), s(ack)]],
    [13, 'ACK instead of SYN+ACK, reset', [c(syn), s(ack), c(rst)]],
    [15, 'SYN answered by RST', [c(syn), s(rst | ack)]],
    [17, 'SYN+ACK again and again', [...open, s(syn | ack), c(ack), s(syn | ack)]],
    [
      17,
      'then reset, with more than three packets of the server',
      [...open, s(syn | ack), s(syn | ack), s(syn | ack), s(rst)],
    ],
    [9, 'then reset, with three packets of the server', [...open, s(syn | ack), s(rst)]],
    [18, 'reset by the client after its SYN', [c(syn), c(rst)]],
    [19, 'reset by the server after its SYN+ACK', [c(syn), s(syn | ack), s(rst)]],
    [20, 'a heartbeat, reset when it was open', [...open, c(rst | ack)]],
    [20, 'a heartbeat, reset while opening', [c(syn), s(syn | ack), c(rst)]],
  ])('%i: %s', (closeType, _, steps) => {
    const { records } = run(captureOf(...steps.map((step, i) => step(i))));
    expect(records[0]?.closeType).toBe(closeType);
  });

  it('1 for what is not TCP', () => {
    expect(run(captureOf(taken(0, frame(ipv4(forth, 17, udp(1, 2, [])))))).records[0]?.closeType).toBe(1);
  });

  it('a NIC that shows one direction ends as half close after 5 s', () => {
    const oneWay = [c(syn), c(ack), c(psh | ack, 10), c(fin | ack)].map((step, i) => step(i));
    const { records } = run(captureOf(...oneWay, fromClient({ at: 8_000, flags: syn, sport: 41_000 })));
    expect(records[0]).toMatchObject({ closeType: 8, cutByEnd: false });
  });
});
