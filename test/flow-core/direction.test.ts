import { describe, expect, it } from 'vitest';
import { tapPort } from '../../src/replay/tap-port.js';
import { captureOf, fromClient, fromServer, taken } from './conversation.js';
import { run } from './core.js';
import { echoReply } from './kinds.js';
import { ack, type Ends, forth6, frame, ipv4, network, psh, syn, type Taken, tcp, udp } from './packets.js';

const a = '10.0.0.1';
const b = '10.0.0.2';
const datagram = (at: number, src: string, sport: number, dst: string, dport: number) =>
  taken(at, frame(network({ src, dst }, 17, udp(sport, dport, []))));
const server = (...packets: readonly Taken[]) => run(captureOf(...packets)).records[0]?.server;

describe('direction', () => {
  it('a SYN+ACK seen first: its sender is the server, for certain', () => {
    const { records } = run(captureOf(fromServer({ at: 0, flags: syn | ack })));
    expect(records[0]).toMatchObject({
      server: { ip: b },
      direction: { isReversed: true, score: 255, byHandshake: true },
    });
  });

  it('a SYN: its sender is the client even from a low port to a high one', () => {
    const flags = { flags: syn, sport: 80, dport: 40_000 };
    expect(server(fromClient({ at: 0, ...flags }))?.port).toBe(40_000);
  });

  it('no handshake: the side with the low port is the server', () => {
    expect(server(fromServer({ at: 0, flags: psh | ack }))).toMatchObject({ ip: b, port: 80 });
    expect(server(fromClient({ at: 0, flags: psh | ack }))).toMatchObject({ ip: b, port: 80 });
  });

  it('no handshake and both ports high or both low: the first sender is the client', () => {
    expect(server(datagram(0, b, 40_000, a, 50_000))?.ip).toBe(a);
    expect(server(datagram(0, b, 400, a, 500))?.ip).toBe(a);
  });

  it('IPv6 does not ask ports', () => {
    const capture = captureOf(datagram(0, forth6.dst, 53, forth6.src, 40_000));
    expect(run(capture).records[0]?.server.port).toBe(40_000);
  });

  it('learns from one flow for the next', () => {
    const handshake = [
      taken(0, frame(ipv4({ src: b, dst: a }, 6, tcp({ sport: 7000, dport: 9000, flags: syn })))),
      taken(1, frame(ipv4({ src: a, dst: b }, 6, tcp({ sport: 9000, dport: 7000, flags: syn | ack })))),
    ];
    const other: Ends = { src: a, dst: '10.0.0.3' };
    const midway = taken(2, frame(ipv4(other, 6, tcp({ sport: 9000, dport: 7001, flags: ack }))));
    const { records } = run(captureOf(...handshake, midway));
    expect(records[1]).toMatchObject({ server: { ip: a, port: 9000 }, direction: { isReversed: true } });
    // Without the other flow nothing tells them apart.
    expect(run(captureOf(midway)).records[0]?.server.port).toBe(7001);
  });

  it('turns a flow over when evidence comes later', () => {
    const { records } = run(
      captureOf(
        datagram(0, a, 400, b, 500),
        ...Array.from({ length: 20 }, (_, i) => datagram(1 + i, b, 600 + i, a, 400)),
        datagram(1500, a, 400, b, 500),
      ),
    );
    const first = records.find(({ server: { port }, client }) => port === 500 || client.port === 500);
    expect(first).toMatchObject({ server: { port: 400 }, direction: { isReversed: true, reversals: 1 } });
  });

  it('believes configured ports', () => {
    const capture = captureOf(datagram(0, b, 400, a, 500));
    const config = { serverPorts: [400] };
    expect(run(capture, { config }).records[0]).toMatchObject({ server: { port: 400 }, direction: { score: 253 } });
  });

  it('an echo reply seen first goes back', () => {
    expect(server(taken(0, echoReply))?.ip).toBe(b);
  });

  it('the option of a load balancer marks the client, and is kept', () => {
    const toa = [254, 8, 0x1f, 0x90, 1, 2, 3, 4];
    const [record] = run(captureOf(fromServer({ at: 0, flags: ack, options: toa }))).records;
    expect(record).toMatchObject({ client: { ip: b, toa: { ip: '1.2.3.4', port: 8080 } }, natSource: 6 });
    expect(record && tapPort(record) >> 36n).toBe(6n);
  });
});
