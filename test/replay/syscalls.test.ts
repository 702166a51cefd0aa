import { describe, expect, it } from 'vitest';
import { createTagIndex } from '../../src/platform/tags.js';
import { epochOffsetFrom, syscallsFromBpftrace } from '../../src/replay/syscalls/from-bpftrace.js';
import { syscallsFromStrace } from '../../src/replay/syscalls/from-strace.js';
import { readSyscallEvents, type SyscallEvent, syscallLine } from '../../src/replay/syscalls/syscall-event.js';
import { syscallObservations } from '../../src/replay/syscalls/syscall-observations.js';

const tuple = '10.244.1.10:49082->10.244.2.10:8080';
const client = `31944 1795289884.470000 execve("/usr/bin/curl", ["curl"], 0x7ffd /* 9 vars */) = 0
31944 1795289884.478147 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 5<TCP:[130485]>
31944 1795289884.481337 connect(5<TCP:[130485]>, {sa_family=AF_INET, sin_port=htons(8080), sin_addr=inet_addr("10.244.2.10")}, 16) = -1 EINPROGRESS (Operation now in progress)
31944 1795289884.484901 sendto(5<TCP:[${tuple}]>, "GET /a = 1 HTTP/1.1\\r\\nHost: x) = 9"..., 81, MSG_NOSIGNAL, NULL, 0) = 81
31944 1795289884.485701 recvfrom(5<TCP:[${tuple}]>, "HTTP/1.1 200 OK", 102400, 0, NULL, NULL) = 145
31944 1795289884.485800 recvfrom(5<TCP:[${tuple}]>, 0x55, 102400, 0, NULL, NULL) = -1 EAGAIN (Resource temporarily unavailable)
31944 1795289884.486000 write(1</dev/pts/0<char 136:0>>, "hello", 5) = 5
31944 1795289884.532196 close(5<TCP:[${tuple}]>) = 0
31944 1795289884.532300 +++ exited with 0 +++
`;
const reply = '10.244.2.10:8080->10.244.1.10:49082';
const server = `31926 1795289878.417969 listen(3<TCP:[10.244.2.10:8080]>, 5) = 0
31926 1795289884.483553 accept4(3<TCP:[10.244.2.10:8080]>, {sa_family=AF_INET, sin_port=htons(49082), sin_addr=inet_addr("10.244.1.10")}, [16], SOCK_CLOEXEC) = 4<TCP:[${reply}]>
31926 1795289884.484460 recvfrom(4<TCP:[${reply}]>,  <unfinished ...>
31927 1795289884.484470 futex(0x7f, FUTEX_WAIT, 0, NULL <unfinished ...>
31926 1795289884.484900 <... recvfrom resumed>"GET /a", 8192, 0, NULL, NULL) = 81
31926 1795289884.485511 sendto(4<TCP:[${reply}]>, "HTTP/1.1 200 OK", 145, 0, NULL, 0) = 145
31926 1795289884.487414 recvfrom(4<TCP:[${reply}]>, "", 8192, 0, NULL, NULL) = 0
31926 1795289884.490000 accept4(3<TCP:[10.244.2.10:8080]>, `;

const toServer = { src: '10.244.1.10', sport: 49_082, dst: '10.244.2.10', dport: 8080, protocol: 6 };
const toClient = { src: '10.244.2.10', sport: 8080, dst: '10.244.1.10', dport: 49_082, protocol: 6 };

describe('strace', () => {
  it('gives the calls of a client that moved bytes', () => {
    const { events, problems } = syscallsFromStrace(client, 'n1');
    expect(problems).toEqual([]);
    const mine = { node: 'n1', pid: 31_944, comm: 'curl', role: 'client' };
    expect(events).toEqual([
      { ts: 1795289884.484901, ...mine, dir: 'send', ...toServer, bytes: 81 },
      { ts: 1795289884.485701, ...mine, dir: 'recv', ...toClient, bytes: 145 },
    ]);
  });

  it('gives those of a server, calls that were cut in two included', () => {
    const { events, problems } = syscallsFromStrace(server, 'n2');
    expect(problems).toEqual([]);
    const mine = { node: 'n2', pid: 31_926, comm: '', role: 'server' };
    expect(events).toEqual([
      { ts: 1795289884.48446, ...mine, dir: 'recv', ...toServer, bytes: 81 },
      { ts: 1795289884.485511, ...mine, dir: 'send', ...toClient, bytes: 145 },
    ]);
  });

  it('takes IPv6, mapped IPv4, UDP, and the pid in brackets', () => {
    const text = `[pid  7] 1.5 sendto(3<UDPv6:[[fd00::1]:40000->[fd00::2]:53]>, "q", 1, 0, NULL, 0) = 1
1.6 write(4<TCPv6:[[::ffff:10.0.0.1]:40000->[::ffff:10.0.0.2]:80]>, "q", 1) = 1`;
    expect(syscallsFromStrace(text, 'n').events).toMatchObject([
      { pid: 7, role: 'client', src: 'fd00::1', dst: 'fd00::2', dport: 53, protocol: 17 },
      { pid: 0, role: 'client', src: '10.0.0.1', dst: '10.0.0.2', protocol: 6 },
    ]);
  });

  it('completes a socket that was bound before it connected by the address that it was connected to', () => {
    const own = '3<TCP:[10.244.1.10:40000]>';
    const text = `7 1.5 connect(${own}, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("10.96.0.10")}, 16) = 0
7 1.6 sendto(${own}, ""..., 9, 0, NULL, 0) = 9
7 1.7 recvfrom(${own}, ""..., 4096, 0, NULL, NULL) = 5
7 1.8 connect(${own}, {sa_family=AF_INET, sin_port=htons(81), sin_addr=inet_addr("10.96.0.11")}, 16) = 0
7 1.9 sendto(4<TCP:[10.244.1.10:40000]>, ""..., 9, 0, NULL, 0) = 9`;
    const mine = { src: '10.244.1.10', sport: 40_000, role: 'client' };
    expect(syscallsFromStrace(text, 'n').events).toMatchObject([
      { ...mine, dst: '10.96.0.10', dport: 80, dir: 'send', bytes: 9 },
      { src: '10.96.0.10', sport: 80, dst: '10.244.1.10', dport: 40_000, dir: 'recv', role: 'client', bytes: 5 },
      { ...mine, dst: '10.96.0.11', dport: 81, dir: 'send', bytes: 9 },
    ]);
  });

  it('takes the peer of a datagram from the call, and the end that speaks first for the client', () => {
    const at = (name: string, port: number, result: string): string =>
      `7 1.5 ${name}(3<UDP:[10.0.0.2:${port}]>, ""..., 99, 0, {sa_family=AF_INET, sin_port=htons(6000), sin_addr=inet_addr("10.0.0.1")}, 16) = ${result}`;
    const { events, problems } = syscallsFromStrace(
      [at('recvfrom', 5353, '8'), at('sendto', 5353, '18'), at('sendto', 5354, '8')].join('\n'),
      'n',
    );
    expect(problems).toEqual([]);
    const theirs = { src: '10.0.0.1', sport: 6000, dst: '10.0.0.2', dport: 5353, protocol: 17 };
    expect(events).toMatchObject([
      { ...theirs, role: 'server', dir: 'recv', bytes: 8 },
      { src: '10.0.0.2', sport: 5353, dst: '10.0.0.1', dport: 6000, role: 'server', dir: 'send', bytes: 18 },
      { src: '10.0.0.2', sport: 5354, role: 'client', dir: 'send' },
    ]);
  });

  it('names calls of a socket that is bound to every address', () => {
    const text = `7 1.5 recvfrom(3<UDP:[0.0.0.0:53]>, ""..., 99, 0, {sa_family=AF_INET, sin_port=htons(6000), sin_addr=inet_addr("10.0.0.1")}, [16]) = 8`;
    const { events, problems } = syscallsFromStrace(text, 'n');
    expect(events).toEqual([]);
    expect(problems).toMatchObject([{ line: 1, found: expect.stringContaining('own address is not shown') }]);
  });

  it('tells the role of a program that was traced from its middle by ports, or says that it cannot', () => {
    const send = (from: string, to: string): string =>
      `1 1.5 write(3<TCP:[10.0.0.1:${from}->10.0.0.2:${to}]>, "q", 1) = 1`;
    expect(syscallsFromStrace(send('40000', '80'), 'n').events[0]?.role).toBe('client');
    expect(syscallsFromStrace(send('80', '40000'), 'n').events[0]?.role).toBe('server');
    const unsure = syscallsFromStrace(`${send('5000', '80')}\ngarbage`, 'n');
    expect(unsure.events).toEqual([]);
    expect(unsure.problems.map(({ line, expected }) => [line, expected])).toEqual([
      [1, 'a connect or accept of this socket, or a known port'],
      [2, 'PID SECONDS call(...) = result'],
    ]);
  });
});

const trace = `# boot-ns start 2897415910271
2903009954287 31944 31944 curl enter connect fd=3 family=1
2903015025046 31944 31944 curl state 10.244.1.10:0 -> 10.244.2.10:8080 7>2 sk=0xa
2903016390452 31944 31944 curl state 10.244.1.10:49082 -> 10.244.2.10:8080 2>1 sk=0xa
2903016432696 31944 31944 curl state 10.244.2.10:8080 -> 10.244.1.10:49082 10>3 sk=0xb
2903016778012 31926 31926 python3 exit accept4 ret=4
2903018207950 31926 31926 python3 sk_len sk=0xb proto=6 ret=81
2903018215239 31926 31926 python3 recvfrom fd=4 ret=81 enter=2903017641259
2903018242157 31944 31944 curl sk_len sk=0xa proto=6 ret=81
2903018247710 31944 31944 curl sendto fd=5 ret=81 enter=2903018087963
2903065583725 31926 31926 python3 recvfrom fd=4 ret=0 enter=2903020591350
2903065583800 31999 31999 my proc recvfrom fd=4 ret=9 enter=2903020591350
oops
`;

describe('bpftrace', () => {
  const epochOffset = 1_795_286_981_481_123_816n;

  it('gives events on the clock of the captures', () => {
    const { events, problems } = syscallsFromBpftrace(trace, 'n1', epochOffset, (ip) =>
      ip === '10.244.2.10' ? 'n2' : null,
    );
    expect(events).toEqual([
      {
        ts: 1795289884.499339,
        node: 'n2',
        pid: 31_926,
        comm: 'python3',
        role: 'server',
        dir: 'recv',
        ...toServer,
        bytes: 81,
      },
      {
        ts: 1795289884.499211,
        node: 'n1',
        pid: 31_944,
        comm: 'curl',
        role: 'client',
        dir: 'send',
        ...toServer,
        bytes: 81,
      },
    ]);
    expect(problems.map(({ line }) => line)).toEqual([12, 13]);
  });

  it('is aligned by the first SYN of a connection that a capture shows too', () => {
    const ts = 1_795_289_884_481_971_000n;
    const other = { src: '10.0.0.9', sport: 1, dst: '10.244.2.10', dport: 8080, ts: 1n };
    const syn = { src: '10.244.1.10', sport: 49_082, dst: '10.244.2.10', dport: 8080, ts };
    expect(epochOffsetFrom(trace, [other, { ...syn, ts: ts + 5n }, syn])).toBe(ts - 2_903_015_025_046n);
    expect(epochOffsetFrom(trace, [other])).toBeNull();
  });
});

describe('events as JSON lines', () => {
  const event: SyscallEvent = {
    ts: 1.5,
    node: 'n1',
    pid: 7,
    comm: 'curl',
    role: 'client',
    dir: 'send',
    ...toServer,
    bytes: 81,
  };

  it('are read as they were written', () => {
    expect(syscallLine(event)).toBe(
      '{"ts":1.5,"node":"n1","pid":7,"comm":"curl","role":"client","dir":"send","src":"10.244.1.10","sport":49082,"dst":"10.244.2.10","dport":8080,"protocol":6,"bytes":81}',
    );
    expect(readSyscallEvents(`${syscallLine(event)}\n\n`, 'x')).toEqual({ events: [event], problems: [] });
  });

  it('take names of protocols, and the node of their file', () => {
    const { node: _, ...rest } = event;
    const line = JSON.stringify({ ...rest, protocol: 'tcp', src: 'FD00::1' });
    expect(readSyscallEvents(line, 'n9').events).toEqual([{ ...event, node: 'n9', src: 'fd00::1' }]);
  });

  it.each([
    ['{', 'one JSON object'],
    [JSON.stringify({ ...event, role: 'peer' }), 'role: '],
    [JSON.stringify({ ...event, src: 'host' }), 'src: an IP address'],
    [JSON.stringify({ ...event, bytes: -1 }), 'bytes: '],
    [JSON.stringify({ ...event, protocol: 'x' }), 'protocol: '],
  ])('%s is named and left out', (line, expected) => {
    const read = readSyscallEvents(`\n${line}\n${syscallLine(event)}`, 'n1');
    expect(read.events.length).toBe(1);
    expect(read.problems).toEqual([
      { line: 2, found: expect.any(String), expected: expect.stringContaining(expected) },
    ]);
  });
});

describe('the points of system calls', () => {
  const tags = createTagIndex({ nodes: [], pods: [], vips: [] }, null);

  it('are one row per process and end, both directions seen from the client', () => {
    const events = [...syscallsFromStrace(client, 'n1').events, ...syscallsFromStrace(server, 'n2').events];
    expect(syscallObservations(events, 'f', tags)).toMatchObject([
      {
        tapSide: 's-p',
        node: 'n2',
        client: { ip: '10.244.1.10', port: 49_082 },
        packetsTx: 1,
        packetsRx: 1,
        bytesTx: 81,
        bytesRx: 145,
      },
      {
        tapSide: 'c-p',
        node: 'n1',
        server: { ip: '10.244.2.10', port: 8080 },
        packetsTx: 1,
        packetsRx: 1,
        bytesTx: 81,
        bytesRx: 145,
        closeType: 3,
      },
    ]);
  });

  it('are parted by a long pause', () => {
    const { events } = syscallsFromStrace(client, 'n1');
    const later = events.map((event) => ({ ...event, ts: event.ts + 1000 }));
    expect(syscallObservations([...later, ...events], 'f', tags).length).toBe(2);
  });
});
