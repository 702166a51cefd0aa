import { canonicalIp } from '../../platform/ip.js';
import { tcp, udp } from '../protocol.js';
import type { LineProblem, SyscallEvent, SyscallEvents } from './syscall-event.js';

const sends: ReadonlySet<string> = new Set([
  'send',
  'sendto',
  'sendmsg',
  'sendmmsg',
  'write',
  'writev',
  'sendfile',
  'splice',
]);
const receives: ReadonlySet<string> = new Set(['recv', 'recvfrom', 'recvmsg', 'recvmmsg', 'read', 'readv']);

interface Socket {
  readonly protocol: number;
  readonly local: Endpoint;
  readonly remote: Endpoint;
}

interface Endpoint {
  readonly ip: string;
  readonly port: number;
}

interface Call {
  readonly pid: number;
  readonly ts: number;
  readonly name: string;
  readonly args: string;
  readonly result: string;
}

/**
 * Events from the text of `strace -f -ttt -yy` (`-f` gives the pid, `-ttt` the time, `-yy` the addresses of sockets).
 * strace shows a socket for ever as it first showed it: one that was bound before it connected has its own address only,
 * and its peer is the one that connect or the call itself names. Calls on anything but TCP and UDP sockets are passed
 * over; a call whose ends cannot be told, or whose end cannot be told client from server, is a problem.
 */
export function syscallsFromStrace(text: string, node: string): SyscallEvents {
  const events: SyscallEvent[] = [];
  const problems: LineProblem[] = [];
  const reader = createCallReader();
  const roles = new Map<string, 'client' | 'server'>();
  const listening = new Set<number>();
  const dialled = new Set<string>();
  const peers = new Map<string, Endpoint>();
  const comms = new Map<number, string>();
  for (const [i, line] of text.split('\n').entries()) {
    const call = reader(line);
    if (call === 'unreadable')
      problems.push({ line: i + 1, found: line.slice(0, 80), expected: 'PID SECONDS call(...) = result' });
    if (call === null || call === 'unreadable') continue;
    if (call.name === 'execve') comms.set(call.pid, commOf(call.args));
    if (call.name === 'connect') noteConnect(call.args, dialled, peers);
    const socket = socketOf(call.args) ?? boundSocketOf(call.args, peers);
    if (call.name === 'listen') listening.add(portOfListener(call.args));
    if (call.name === 'accept' || call.name === 'accept4') {
      const accepted = socketOf(call.result);
      if (accepted !== null) roles.set(keyOf(accepted), 'server');
    }
    const sent = sends.has(call.name);
    if (socket === null || (!sent && !receives.has(call.name))) continue;
    const bytes = Number.parseInt(call.result, 10);
    if (!(bytes > 0)) continue;
    if (isAnyAddress(socket.local.ip)) {
      const expected = 'a socket that is bound to one address or connected when it is first traced';
      problems.push({ line: i + 1, found: `a call whose own address is not shown: ${line.slice(0, 80)}`, expected });
      continue;
    }
    const first = socket.protocol === udp ? (sent ? 'client' : 'server') : null;
    const role = roles.get(keyOf(socket)) ?? guessRole(socket, dialled, listening) ?? first;
    if (role === null) {
      const expected = 'a connect or accept of this socket, or a known port';
      problems.push({ line: i + 1, found: `a call whose role cannot be told: ${line.slice(0, 80)}`, expected });
      continue;
    }
    roles.set(keyOf(socket), role);
    const [from, to] = sent ? [socket.local, socket.remote] : [socket.remote, socket.local];
    const comm = comms.get(call.pid) ?? '';
    const ends = { src: from.ip, sport: from.port, dst: to.ip, dport: to.port };
    const dir = sent ? 'send' : 'recv';
    events.push({ ts: call.ts, node, pid: call.pid, comm, role, dir, ...ends, protocol: socket.protocol, bytes });
  }
  return { events, problems };
}

/** Puts calls together that strace cut in two because another thread came between. */
function createCallReader(): (line: string) => Call | 'unreadable' | null {
  const begun = new Map<string, { ts: number; args: string }>();
  return (line) => {
    if (line.trim() === '') return null;
    const head = /^\s*(?:\[pid\s+(\d+)\]\s+|(\d+)\s+)?(\d+\.\d+)\s+(.*)$/.exec(line);
    if (head === null) return 'unreadable';
    const pid = Number(head[1] ?? head[2] ?? 0);
    const ts = Number(head[3]);
    const rest = head[4] ?? '';
    if (/^(---|\+\+\+)/.test(rest)) return null;
    const unfinished = /^(\w+)\((.*?)\s*<unfinished \.\.\.>$/.exec(rest);
    if (unfinished !== null) {
      begun.set(`${pid} ${unfinished[1]}`, { ts, args: unfinished[2] ?? '' });
      return null;
    }
    const resumed = /^<\.\.\. (\w+) resumed>\s*(.*?)\)?\s+= (.*)$/.exec(rest);
    if (resumed !== null) {
      const name = resumed[1] ?? '';
      const start = begun.get(`${pid} ${name}`);
      begun.delete(`${pid} ${name}`);
      return {
        pid,
        ts: start?.ts ?? ts,
        name,
        args: `${start?.args ?? ''}${resumed[2] ?? ''}`,
        result: resumed[3] ?? '',
      };
    }
    // The last " = " parts arguments from result; data in the arguments may hold others.
    const whole = /^(\w+)\((.*)\)\s+= (.*)$/.exec(rest);
    if (whole !== null) return { pid, ts, name: whole[1] ?? '', args: whole[2] ?? '', result: whole[3] ?? '' };
    // A call that never came back, such as the wait in which a server was stopped.
    return /^\w+\(/.test(rest) ? null : 'unreadable';
  };
}

const endpointText = String.raw`(?:\[([0-9A-Fa-f:.]+)\]|(\d+\.\d+\.\d+\.\d+)):(\d+)`;
const connected = new RegExp(String.raw`^\d+<(TCP|UDP)(?:v6)?:\[${endpointText}->${endpointText}\]`);
const bound = new RegExp(String.raw`^\d+<(TCP|UDP)(?:v6)?:\[${endpointText}\]`);

/** The connected socket that the text begins with. */
function socketOf(text: string): Socket | null {
  const match = connected.exec(text);
  if (match === null) return null;
  const local = endpoint(match[2] ?? match[3], match[4]);
  const remote = endpoint(match[5] ?? match[6], match[7]);
  if (local === null || remote === null) return null;
  return { protocol: match[1] === 'UDP' ? udp : tcp, local, remote };
}

function endpoint(ip: string | undefined, port: string | undefined): Endpoint | null {
  const canonical = canonicalIp(ip ?? '');
  if (canonical === null) return null;
  // A dual-stack socket shows IPv4 peers as mapped addresses; the wire has IPv4.
  const mapped = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(canonical);
  return { ip: mapped === null ? canonical : unmapped(mapped[1] ?? '0', mapped[2] ?? '0'), port: Number(port) };
}

function unmapped(high: string, low: string): string {
  const number = Number.parseInt(high, 16) * 65_536 + Number.parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

function keyOf({ protocol, local, remote }: Socket): string {
  return `${protocol} ${local.ip} ${local.port} ${remote.ip} ${remote.port}`;
}

/** Remembers whom a socket was connected to, by the address that it was bound to. */
function noteConnect(args: string, dialled: Set<string>, peers: Map<string, Endpoint>): void {
  const peer = addressIn(args);
  const socket = socketOf(args);
  for (const end of [peer, socket?.remote]) if (end != null) dialled.add(`${end.ip} ${end.port}`);
  const own = bound.exec(args);
  if (peer !== null && own !== null) peers.set(own[0].slice(own[0].indexOf('<')), peer);
}

/** A socket that shows its own address only, with the peer that the call names or that it was connected to. */
function boundSocketOf(text: string, peers: ReadonlyMap<string, Endpoint>): Socket | null {
  const match = bound.exec(text);
  if (match === null) return null;
  const local = endpoint(match[2] ?? match[3], match[4]);
  const remote = addressIn(text) ?? peers.get(match[0].slice(match[0].indexOf('<')));
  return local === null || remote === undefined ? null : { protocol: match[1] === 'UDP' ? udp : tcp, local, remote };
}

/** The socket address among the arguments. */
function addressIn(args: string): Endpoint | null {
  const port = /sin6?_port=htons\((\d+)\)/.exec(args)?.[1];
  const ip = /inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"/.exec(args);
  return port === undefined || ip === null ? null : endpoint(ip[1] ?? ip[2], port);
}

function isAnyAddress(ip: string): boolean {
  return ip === '0.0.0.0' || ip === '::';
}

function portOfListener(args: string): number {
  return Number(bound.exec(args)?.[4] ?? 0);
}

/** A program that was traced from its middle: who dialled or listens, then the low port. */
function guessRole(
  socket: Socket,
  dialled: ReadonlySet<string>,
  listening: ReadonlySet<number>,
): 'client' | 'server' | null {
  if (dialled.has(`${socket.remote.ip} ${socket.remote.port}`)) return 'client';
  if (listening.has(socket.local.port)) return 'server';
  const localHigh = socket.local.port >= 32_768;
  const remoteHigh = socket.remote.port >= 32_768;
  return localHigh === remoteHigh ? null : localHigh ? 'client' : 'server';
}

function commOf(args: string): string {
  const path = /^"([^"]*)"/.exec(args)?.[1] ?? '';
  return path.slice(path.lastIndexOf('/') + 1).slice(0, 15);
}
