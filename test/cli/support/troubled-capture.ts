import {
  ack,
  type Bytes,
  type Ends,
  ethernet,
  frame,
  ipv4,
  network,
  outerClientMac,
  outerForth,
  outerServerMac,
  pcap,
  psh,
  startTime,
  syn,
  type Taken,
  tcp,
  udp,
  vxlan,
} from '../../flow-core/packets.js';
import { seeded } from '../../flow-core/random.js';

/** Of 100 segments, so many come to the point of capture in each of these ways. */
export interface Troubles {
  /** Seen, lost behind, and seen again when they are sent again. */
  readonly lostBehind: number;
  /** Not seen before they are sent again. */
  readonly lostBefore: number;
  /** Seen twice at once. */
  readonly doubled: number;
  /** Seen after the segment that was sent after them. */
  readonly overtaken: number;
}

export interface TroubledPlan extends Troubles {
  readonly conversations: number;
  readonly seed: number;
}

const ms = 1000;
/** After which a segment that nobody acknowledged is sent again. */
const resendAfter = 300 * ms;

/** TCP conversations over IPv4 and IPv6, plain and in tunnels, with packets lost, doubled and out of order. */
export function troubledCapture(plan: TroubledPlan): Uint8Array {
  const random = seeded(plan.seed);
  const packets = Array.from({ length: plan.conversations }, (_, i) => conversation(i, plan, random)).flat();
  return pcap(packets.sort((a, b) => a.time - b.time));
}

type Side = 0 | 1;

function conversation(number: number, troubles: Troubles, random: ReturnType<typeof seeded>): Taken[] {
  const taken: Taken[] = [];
  const ports = [40_000 + number, 80 + (number % 4)] as const;
  const next = [random.below(2 ** 32), random.below(2 ** 32)] as [number, number];
  let time = startTime + number * 7 * ms;
  let id = 1;
  const see = (at: number, side: Side, flags: number, seq: number, payload = 0) => {
    const segment = tcp({
      sport: ports[side],
      dport: ports[side === 0 ? 1 : 0],
      flags,
      seq: seq >>> 0,
      ack: flags === syn ? 0 : next[side === 0 ? 1 : 0] >>> 0,
      payload,
    });
    taken.push({ time: at, bytes: wrapped(number, side, segment, id++) });
  };
  for (let tries = random.below(100) < troubles.lostBehind * 3 ? 2 : 1; tries > 0; tries--) {
    see(time, 0, syn, next[0]);
    time += tries > 1 ? 1000 * ms : 2 * ms;
  }
  next[0] += 1;
  see(time, 1, syn | ack, next[1]);
  next[1] += 1;
  time += 2 * ms;
  see(time, 0, ack, next[0]);
  for (let burst = 0; burst < 6; burst++) {
    const side: Side = burst % 2 === 0 ? 0 : 1;
    let again = 0;
    time += 20 * ms;
    for (let segment = 2 + random.below(6); segment > 0; segment--) {
      const payload = 100 + random.below(400);
      const seq = next[side];
      const chance = random.below(100);
      const limits = [troubles.lostBehind, troubles.lostBefore, troubles.doubled, troubles.overtaken];
      const trouble = limits.findIndex((_, i) => chance < limits.slice(0, i + 1).reduce((sum, one) => sum + one, 0));
      if (trouble !== 1) see(trouble === 3 ? time + 1.5 * ms : time, side, ack | psh, seq, payload);
      if (trouble === 2) see(time + 50, side, ack | psh, seq, payload);
      if (trouble === 0 || trouble === 1) see(time + resendAfter + 10 * ms * again++, side, ack | psh, seq, payload);
      next[side] += payload;
      time += ms;
    }
    time += resendAfter + 100 * ms;
    see(time, side === 0 ? 1 : 0, ack, next[side === 0 ? 1 : 0]);
  }
  return taken;
}

function wrapped(number: number, side: Side, segment: Bytes, id: number): Bytes {
  const isIpv6 = number % 5 === 0;
  const [client, server] = isIpv6
    ? [`fd00::1:${number.toString(16)}`, `fd00::2:${(number % 16).toString(16)}`]
    : [`10.0.0.${number + 1}`, `10.1.0.${(number % 16) + 1}`];
  const ends: Ends = side === 0 ? { src: client, dst: server } : { src: server, dst: client };
  const packet = isIpv6 ? network(ends, 6, segment) : ipv4(ends, 6, segment, { id });
  if (number % 3 === 0) return frame(packet, side === 1);
  const outer = side === 0 ? outerForth : { src: outerForth.dst, dst: outerForth.src };
  const header =
    number % 3 === 1
      ? vxlanIn(outer, number, frame(packet, side === 1), id)
      : ipv4(outer, isIpv6 ? 41 : 4, packet, { id });
  const [src, dst] = side === 0 ? [outerClientMac, outerServerMac] : [outerServerMac, outerClientMac];
  return ethernet(src, dst, 0x0800, header);
}

function vxlanIn(outer: Ends, vni: number, inner: Bytes, id: number): Bytes {
  return ipv4(outer, 17, udp(50_000, 4789, vxlan(vni, inner)), { id });
}
