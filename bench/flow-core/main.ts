import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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

const rounds = 3;
const leastRatio = 0.5;

/** The flow core against a C program that only parses, decapsulates and counts flows. The best of three rounds each. */
export function main(): void {
  const directory = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
  try {
    const peer = join(directory, 'flows');
    execFileSync('gcc', [
      '-O3',
      '-o',
      peer,
      fileURLToPath(new URL('../../../bench/flow-core/flows.c', import.meta.url)),
    ]);
    const small = compare('packets of about 100 B', smallPackets, directory, peer);
    const large = compare('packets of 1,400 B', largePackets, directory, peer);
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

function compare(name: string, plan: CapturePlan, directory: string, peer: string): { rows: Row[]; details: object } {
  process.stdout.write(`making ${plan.packets} ${name} ...\n`);
  const path = join(directory, 'capture.pcap');
  const size = generateCapture(path, plan);
  const native = best(() => JSON.parse(execFileSync(peer, [path], { encoding: 'utf8' })) as NativeMeasure);
  const core = best(() => measureCore(path, false));
  const withRecords = best(() => measureCore(path, true));
  if (core.counters.packetsInFlows !== native.packets) {
    throw new Error(`the peer counted ${native.packets} packets, the core ${core.counters.packetsInFlows}`);
  }
  const rows: Row[] = [
    { what: `${name}, size`, value: size / 1e6, unit: 'MB' },
    { what: `${name}, flows`, value: core.counters.flows, unit: '' },
    { what: `${name}, C -O3`, value: plan.packets / native.seconds / 1e6, unit: 'M packets/s' },
    { what: `${name}, core`, value: plan.packets / core.seconds / 1e6, unit: 'M packets/s' },
    { what: `${name}, core with record objects`, value: plan.packets / withRecords.seconds / 1e6, unit: 'M packets/s' },
    {
      what: `${name}, core to C`,
      value: native.seconds / core.seconds,
      unit: '',
      limit: { kind: 'at least', value: leastRatio },
    },
  ];
  return { rows, details: { plan, native, core } };
}

function best<Measure extends { readonly seconds: number }>(measure: () => Measure): Measure {
  let least = measure();
  for (let i = 1; i < rounds; i++) {
    const next = measure();
    if (next.seconds < least.seconds) least = next;
  }
  return least;
}
