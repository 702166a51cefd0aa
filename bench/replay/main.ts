import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageFile } from '../../src/wire/package-file.js';
import { type CapturePlan, largePackets, smallPackets } from '../flow-core/capture-plan.js';
import { generateCapture } from '../flow-core/generate-capture.js';
import { inTurns } from '../in-turns.js';
import { median } from '../median.js';
import { kept, type Row, writeResults } from '../results-file.js';
import { isInstalled, type ProcessMeasure, runProcess, secondsUntilOpened } from './run-process.js';

const startUps = 9;
const plumbline = packageFile('bin/plumbline.js');

/** `plumbline replay` as a whole process against nfpcapd and tshark; in turns. */
export async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
  try {
    const small = await compare('packets of about 100 B', smallPackets, directory);
    const large = await compare('packets of 1,400 B', largePackets, directory);
    const startUp = await measureStartUp(directory);
    const rows = [...small.rows, ...large.rows, startUp];
    const table = writeResults('replay', 'Replaying a capture, whole processes', rows, {
      small: small.details,
      large: large.details,
    });
    process.stdout.write(`${table}\n`);
    if (!rows.every(kept)) process.exitCode = 1;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

interface Peer {
  readonly name: string;
  readonly installed: boolean;
  readonly leastRatio: number;
  readonly rounds: number;
  readonly run: () => Promise<ProcessMeasure>;
}

async function compare(name: string, plan: CapturePlan, directory: string): Promise<{ rows: Row[]; details: object }> {
  process.stdout.write(`making ${plan.packets} ${name} ...\n`);
  const capture = join(directory, 'capture.pcap');
  const size = generateCapture(capture, plan);
  const site = writeSite(directory, 'capture.pcap');
  const peers: readonly Peer[] = [
    {
      name: 'nfpcapd -r',
      installed: isInstalled('nfpcapd', '-V'),
      leastRatio: 4,
      rounds: 5,
      run: () => runProcess('nfpcapd', ['-r', capture, '-w', directory]),
    },
    {
      name: 'tshark -q -z conv,tcp',
      installed: isInstalled('tshark', '--version'),
      leastRatio: 30,
      rounds: 2,
      run: () => runProcess('tshark', ['-q', '-z', 'conv,tcp', '-r', capture]),
    },
  ];
  const runs: ProcessMeasure[] = [];
  const packets = plan.packets.toLocaleString('en');
  const runOwn = async (): Promise<ProcessMeasure> => {
    const own = await runProcess(process.execPath, [plumbline, 'replay', site]);
    if (!own.tail.includes(`${packets} packets in 1 capture`))
      throw new Error(`the replay did not end well:\n${own.tail}`);
    runs.push(own);
    return own;
  };
  const limit = { kind: 'at most' as const, value: (200e6 + plan.flows * (1024 + 512)) / 1e6 };
  const rows: Row[] = [
    { what: `${name}, size`, value: size / 1e6, unit: 'MB' },
    { what: `${name}, flows`, value: plan.flows, unit: '' },
  ];
  const ratios: Row[] = [];
  const details: Record<string, unknown> = { plan };
  for (const peer of peers) {
    if (!peer.installed) {
      details[peer.name] = 'left out: it is not installed';
      process.stdout.write(`${peer.name} is not installed; its rows are left out\n`);
      continue;
    }
    const turns = await inTurns(peer.rounds, runOwn, peer.run);
    details[peer.name] = { seconds: turns.peer.map(({ seconds }) => seconds), ratio: turns.ratio };
    ratios.push(
      { what: `${name}, ${peer.name}`, value: plan.packets / turns.peerSeconds / 1e6, unit: 'M packets/s' },
      {
        what: `${name}, plumbline to ${peer.name}`,
        value: turns.ratio,
        unit: '',
        limit: { kind: 'at least', value: peer.leastRatio },
      },
    );
  }
  if (runs.length === 0) await runOwn();
  const seconds = runs.map((run) => run.seconds);
  details.plumbline = { seconds };
  rows.push(
    { what: `${name}, plumbline replay`, value: plan.packets / median(seconds) / 1e6, unit: 'M packets/s' },
    { what: `${name}, its peak memory`, value: median(runs.map((run) => run.peakMemory)) / 1e6, unit: 'MB', limit },
    ...ratios,
  );
  return { rows, details };
}

function writeSite(directory: string, capture: string): string {
  const site = join(directory, 'site.yaml');
  const text = `
agent: { tap_interface_regex: eth0 }
nodes:
  - { name: n1, nics: [{ name: eth0, mac: "02:00:00:00:00:0a", ips: [192.168.0.1] }] }
  - { name: n2, nics: [{ name: eth0, mac: "02:00:00:00:00:0b", ips: [192.168.0.2] }] }
captures:
  - { node: n1, nic: eth0, file: ${capture} }
expect: { cni: veth }
`;
  writeFileSync(site, text);
  return site;
}

/** A named pipe in the capture's place tells when the command asks for its first byte. */
async function measureStartUp(directory: string): Promise<Row> {
  const pipe = join(directory, 'pipe.pcap');
  execFileSync('mkfifo', [pipe]);
  const site = writeSite(directory, 'pipe.pcap');
  const head = Buffer.alloc(1 << 16);
  const file = openSync(join(directory, 'capture.pcap'), 'r');
  const length = readSync(file, head);
  closeSync(file);
  const times: number[] = [];
  for (let i = 0; i < startUps; i++) {
    times.push(await secondsUntilOpened(process.execPath, [plumbline, 'replay', site], pipe, head.subarray(0, length)));
  }
  const what = 'start-up of the command line to the first packet';
  return { what, value: median(times), unit: 's', limit: { kind: 'at most', value: 0.35 } };
}
