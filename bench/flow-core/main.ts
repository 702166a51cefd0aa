import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inTurns } from '../in-turns.js';
import { kept, type Row, writeResults } from '../results-file.js';
import { type CapturePlan, largePackets, smallPackets } from './capture-plan.js';
import { generateCapture } from './generate-capture.js';
import { measureCore } from './measure-core.js';

interface NativeMeasure {
  readonly packets: number;
  readonly flows: number;
  readonly bytes: number;
  readonly others: number;
  readonly seconds: number;
}

const rounds = 7;
const leastRatio = 0.5;

/** The flow core against a C program that only parses, decapsulates and counts flows; in turns. */
export async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
  try {
    const peer = join(directory, 'flows');
    execFileSync('gcc', [
      '-O3',
      '-o',
      peer,
      fileURLToPath(new URL('../../../bench/flow-core/flows.c', import.meta.url)),
    ]);
    const small = await compare('packets of about 100 B', smallPackets, directory, peer);
    const large = await compare('packets of 1,400 B', largePackets, directory, peer);
    const rows = [...small.rows, ...large.rows];
    const table = writeResults('flow-core', 'The flow core alone', rows, {
      small: small.details,
      large: large.details,
    });
    process.stdout.write(`${table}\n`);
    if (!rows.every(kept)) process.exitCode = 1;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function compare(
  name: string,
  plan: CapturePlan,
  directory: string,
  peer: string,
): Promise<{ rows: Row[]; details: object }> {
  process.stdout.write(`making ${plan.packets} ${name} ...\n`);
  const path = join(directory, 'capture.pcap');
  const size = generateCapture(path, plan);
  const runPeer = () => JSON.parse(execFileSync(peer, [path], { encoding: 'utf8' })) as NativeMeasure;
  const withRecords = await inTurns(rounds, () => measureCore(path, true), runPeer);
  const turns = await inTurns(rounds, () => measureCore(path, false), runPeer);
  const [counted] = turns.own;
  if (counted?.counters.packetsInFlows !== turns.peer[0]?.packets) {
    throw new Error(`the peer counted ${turns.peer[0]?.packets} packets, the core ${counted?.counters.packetsInFlows}`);
  }
  const rows: Row[] = [
    { what: `${name}, size`, value: size / 1e6, unit: 'MB' },
    { what: `${name}, flows`, value: counted?.counters.flows ?? 0, unit: '' },
    { what: `${name}, C -O3`, value: plan.packets / turns.peerSeconds / 1e6, unit: 'M packets/s' },
    { what: `${name}, core`, value: plan.packets / turns.ownSeconds / 1e6, unit: 'M packets/s' },
    {
      what: `${name}, core with record objects`,
      value: plan.packets / withRecords.ownSeconds / 1e6,
      unit: 'M packets/s',
    },
    {
      what: `${name}, core to C`,
      value: turns.ratio,
      unit: '',
      limit: { kind: 'at least', value: leastRatio },
    },
  ];
  const { own, ...rest } = turns;
  return { rows, details: { plan, counters: counted?.counters, seconds: own.map(({ seconds }) => seconds), ...rest } };
}
