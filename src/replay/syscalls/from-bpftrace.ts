import { canonicalIp } from '../../platform/ip.js';
import { tcp } from '../protocol.js';
import type { LineProblem, SyscallEvent, SyscallEvents } from './syscall-event.js';

/** First packet of a connection, as a capture shows it. */
export interface SeenSyn {
  readonly src: string;
  readonly sport: number;
  readonly dst: string;
  readonly dport: number;
  /** Nanoseconds since 1970. */
  readonly ts: bigint;
}

interface Socket {
  readonly local: string;
  readonly localPort: number;
  readonly remote: string;
  readonly remotePort: number;
  readonly role: 'client' | 'server';
  /** When it began to connect, nanoseconds since boot; null for the accepting side. */
  readonly dialledAt: bigint | null;
}

const line = /^(\d+) (\d+) (\d+) (.+?) (state|sk_len|sendto|recvfrom|enter|exit) (.*)$/;
const stateLine = /^([0-9A-Fa-f:.]+):(\d+) -> ([0-9A-Fa-f:.]+):(\d+) (\d+)>(\d+) sk=(\S+)$/;
const lengthLine = /^sk=(\S+) proto=(\d+) ret=(-?\d+)$/;
const callLine = /^fd=(-?\d+) ret=(-?\d+) enter=(\d+)$/;

const synSent = 2;
const synReceived = 3;
const listening = 10;

interface Trace {
  readonly events: readonly (Omit<SyscallEvent, 'ts' | 'node'> & { readonly at: bigint })[];
  readonly sockets: readonly Socket[];
  readonly problems: readonly LineProblem[];
}

/**
 * Events from the text of the bpftrace script that ships with the lab. Its times are nanoseconds since boot:
 * `epochOffset` is what to add for nanoseconds since 1970. Sends are dated at their beginning, receives at their end.
 * `nodeOf` may know better than `node` where an address lives, as one kernel can hold the processes of several nodes.
 */
export function syscallsFromBpftrace(
  text: string,
  node: string,
  epochOffset: bigint,
  nodeOf: (localIp: string) => string | null = () => null,
): SyscallEvents {
  const trace = readTrace(text);
  const events = trace.events.map(({ at, ...event }) => {
    const local = event.dir === 'send' ? event.src : event.dst;
    return { ts: secondsOf(at + epochOffset), node: nodeOf(local) ?? node, ...event };
  });
  return { events, problems: trace.problems };
}

/** From the first SYN of a connection that both the trace and a capture show; null where they share none. */
export function epochOffsetFrom(text: string, syns: readonly SeenSyn[]): bigint | null {
  for (const socket of readTrace(text).sockets) {
    const { dialledAt } = socket;
    if (dialledAt === null) continue;
    const matching = syns.filter(
      (syn) =>
        syn.src === socket.local &&
        syn.sport === socket.localPort &&
        syn.dst === socket.remote &&
        syn.dport === socket.remotePort,
    );
    const [first] = matching.sort((a, b) => (a.ts < b.ts ? -1 : 1));
    if (first !== undefined) return first.ts - dialledAt;
  }
  return null;
}

function readTrace(text: string): Trace {
  const events: (Omit<SyscallEvent, 'ts' | 'node'> & { at: bigint })[] = [];
  const problems: LineProblem[] = [];
  const current = new Map<string, Socket>();
  const dialled = new Map<string, bigint>();
  const all: Socket[] = [];
  const lastLength = new Map<string, { sk: string; protocol: number; bytes: number }>();
  for (const [i, each] of text.split('\n').entries()) {
    if (each.trim() === '' || each.startsWith('#') || /^Attach/.test(each)) continue;
    const match = line.exec(each);
    if (match === null) {
      problems.push({ line: i + 1, found: each.slice(0, 80), expected: 'NANOSECONDS PID TID COMM EVENT ...' });
      continue;
    }
    const at = BigInt(match[1] ?? '0');
    const pid = Number(match[2]);
    const tid = match[3] ?? '';
    const comm = match[4] ?? '';
    const rest = match[6] ?? '';
    if (match[5] === 'state') followState(rest, at, current, dialled, all);
    else if (match[5] === 'sk_len') {
      const length = lengthLine.exec(rest);
      if (length !== null) {
        lastLength.set(tid, { sk: length[1] ?? '', protocol: Number(length[2]), bytes: Number(length[3]) });
      }
    } else if (match[5] === 'sendto' || match[5] === 'recvfrom') {
      const call = callLine.exec(rest);
      const length = lastLength.get(tid);
      lastLength.delete(tid);
      const bytes = Number(call?.[2] ?? 0);
      if (call === null || bytes <= 0) continue;
      const socket = length === undefined || length.bytes !== bytes ? undefined : current.get(length.sk);
      if (socket === undefined) {
        problems.push({ line: i + 1, found: each.slice(0, 80), expected: 'a socket whose state lines came before' });
        continue;
      }
      const sent = match[5] === 'sendto';
      const local = { ip: socket.local, port: socket.localPort };
      const remote = { ip: socket.remote, port: socket.remotePort };
      const [from, to] = sent ? [local, remote] : [remote, local];
      events.push({
        at: sent ? BigInt(call[3] ?? '0') : at,
        pid,
        comm,
        role: socket.role,
        dir: sent ? 'send' : 'recv',
        src: from.ip,
        sport: from.port,
        dst: to.ip,
        dport: to.port,
        protocol: length?.protocol ?? tcp,
        bytes,
      });
    }
  }
  return { events, sockets: all, problems };
}

/** A dialling socket has no port yet when it begins; an accepted one appears out of the listening state. */
function followState(
  rest: string,
  at: bigint,
  current: Map<string, Socket>,
  dialled: Map<string, bigint>,
  all: Socket[],
): void {
  const match = stateLine.exec(rest);
  if (match === null) return;
  const from = Number(match[5]);
  const to = Number(match[6]);
  const sk = match[7] ?? '';
  if (to === synSent) {
    dialled.set(sk, at);
    return;
  }
  const isDialled = from === synSent;
  const isAccepted = from === listening && to === synReceived;
  if (!isDialled && !isAccepted) return;
  const local = canonicalIp(match[1] ?? '');
  const remote = canonicalIp(match[3] ?? '');
  if (local === null || remote === null) return;
  const socket: Socket = {
    local,
    localPort: Number(match[2]),
    remote,
    remotePort: Number(match[4]),
    role: isDialled ? 'client' : 'server',
    dialledAt: isDialled ? (dialled.get(sk) ?? null) : null,
  };
  current.set(sk, socket);
  all.push(socket);
}

function secondsOf(ns: bigint): number {
  return Number(ns / 1000n) / 1_000_000;
}
