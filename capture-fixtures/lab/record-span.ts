import type { ChildProcess } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { syscallsFromStrace } from '../../src/replay/syscalls/from-strace.js';
import { syscallLine } from '../../src/replay/syscalls/syscall-event.js';
import type { BuiltNetwork, CniLab } from './cni-lab.js';
import type { Network } from './network.js';
import { isPod, type NodeName, nodeBelow, nodeOf, nodes, type PodName, parties, pods, type Span } from './plan.js';
import { endTraced, exited, firstCpu, line } from './programs.js';
import { roundsOf } from './rounds.js';
import { addService } from './service.js';
import { firstClientPort, lossyClientPort } from './traffic.js';

/** Where packets were recorded. */
export interface RecordedNic {
  readonly node: string;
  readonly nic: string;
  /** Recorded inside this Pod. */
  readonly pod: PodName | null;
  readonly file: string;
}

const traffic = 'traffic.py';
/** Without bind: strace remembers what a socket was when it first showed it, and a bound one has no peer yet. */
const tracedCalls = 'trace=execve,listen,connect,accept,accept4,sendto,recvfrom,read,write,close';

/** Runs the traffic of one span and writes captures and system calls to a folder. */
export async function recordSpan(
  network: Network,
  lab: CniLab,
  built: BuiltNetwork,
  { span, folder, program }: { readonly span: Span; readonly folder: string; readonly program: string },
): Promise<readonly RecordedNic[]> {
  await mkdir(folder, { recursive: true });
  const { client, server } = parties[span];
  const scratch = join(folder, 'scratch');
  await mkdir(scratch);
  const nics = nicsToRecord(built, [client, server]);
  const recorders = await Promise.all(nics.map((nic) => startRecorder(network, nic, join(scratch, nic.file))));
  const cpu = await firstCpu();
  const trace = (who: string): string[] => [
    // On several processors a FIN may overtake the ACK before it, within one kernel.
    ...['taskset', '-c', cpu],
    ...['strace', '-f', '--seccomp-bpf', '-ttt', '-yy', '-s', '0', '-e', tracedCalls],
    ...['-o', join(scratch, who), 'python3', join(program, traffic)],
  ];
  const rounds = roundsOf(lab, built, span);
  const serving: ChildProcess[] = [];
  for (const { round, server, serves } of rounds) {
    const running = start(network, server, [...trace(`server${round}`), 'serve', serves]);
    serving.push(running);
    await line(running, 'ready', `the server in ${server}`);
  }
  if (span === 'pod-to-service' && isPod(client) && isPod(server)) {
    await addService(network, lab, built, { client, server });
  }
  const calling: ChildProcess[] = [];
  for (const { round, client, calls } of rounds) {
    await addLoss(network, client, lossyClientPort(span, round));
    const port = span === 'pod-to-service' ? '80' : '8080';
    const first = `${firstClientPort(span, round)}`;
    const running = start(network, client, [...trace(`client${round}`), 'call', calls, first, port]);
    calling.push(running);
    await line(running, 'done', `the client in ${client}`);
  }
  // The last packets are on their way to the files; nothing tells when they have arrived.
  await sleep(500);
  for (const recorder of recorders) recorder.kill('SIGINT');
  await Promise.all(recorders.map(exited));
  await Promise.all([...calling, ...serving].map(endTraced));
  const traces = rounds.flatMap(({ round, client, server }) => [
    { file: `client${round}`, node: nodeBelow(client) },
    { file: `server${round}`, node: nodeBelow(server) },
  ]);
  await keep(scratch, folder, nics, traces);
  await rm(scratch, { recursive: true });
  return nics.map((nic) => ({ ...nic, file: `${nic.file}.gz` }));
}

function nicsToRecord(built: BuiltNetwork, ends: readonly (PodName | NodeName)[]): readonly RecordedNic[] {
  const onNodes = nodes.flatMap((node) => {
    const own = pods.filter((pod) => nodeOf[pod] === node).map((pod) => built.hostNics[pod]);
    return [...new Set([...built.nodeNics, ...own])].map((nic) => ({
      node,
      nic,
      pod: null,
      file: `${node}-${nic}.pcap`,
    }));
  });
  const inPods = ends
    .filter(isPod)
    .map((pod) => ({ node: nodeOf[pod], nic: 'eth0', pod, file: `pod-${pod}-eth0.pcap` }));
  return [...onNodes, ...inPods];
}

async function startRecorder(network: Network, { node, nic, pod }: RecordedNic, file: string): Promise<ChildProcess> {
  const options = ['-Z', 'root', '-i', nic, '-s', '0', '-U', '--immediate-mode', '-n', '-w', file];
  const recorder = network.start(pod ?? node, ['tcpdump', ...options], { stdio: ['ignore', 'ignore', 'pipe'] });
  await line(recorder, 'listening on', `tcpdump at ${node} ${nic}`);
  return recorder;
}

function start(network: Network, name: string, command: readonly string[]): ChildProcess {
  return network.start(name, command, { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Every 7th segment of the large answer is lost after all NICs have shown it. */
async function addLoss(network: Network, client: string, port: number): Promise<void> {
  await network.nft(
    client,
    `table inet loss
     delete table inet loss
     table inet loss {
       chain arrive {
         type filter hook input priority 0;
         tcp dport ${port} tcp flags & (syn | fin) == 0 numgen inc mod 7 4 drop
       }
     }\n`,
  );
}

async function keep(
  scratch: string,
  folder: string,
  nics: readonly RecordedNic[],
  traces: readonly { readonly file: string; readonly node: string }[],
): Promise<void> {
  for (const { file } of nics) {
    const packed = await promisify(gzip)(await readFile(join(scratch, file)), { level: 9 });
    await writeFile(join(folder, `${file}.gz`), packed);
  }
  const events = [];
  for (const { file, node } of traces) {
    events.push(...syscallsFromStrace(await readFile(join(scratch, file), 'utf8'), node).events);
  }
  events.sort((one, other) => one.ts - other.ts);
  await writeFile(join(folder, 'syscalls.jsonl'), events.map((event) => `${syscallLine(event)}\n`).join(''));
}
