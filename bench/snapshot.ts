import { messageType } from '../src/wire/protos.js';
import { measureBare } from './bare.js';
import { startChild } from './child.js';
import { makeUploads, type Uploads } from './make-uploads.js';
import { kept, type Row, writeResults } from './results-file.js';
import { sendUpload } from './send-upload.js';
import { type HeartbeatMeasure, type HeartbeatOrder, type SnapshotMeasure, watchLoop } from './server-messages.js';

const rounds = 3;
const path = '/agent.Synchronizer/KubernetesAPISync';

/** ms since the last byte was sent. */
interface Elapsed {
  readonly recorded: number;
  readonly analysed: number;
  /** Verdict and inventory are there. */
  readonly ready: number;
}

interface Run {
  readonly first: SnapshotMeasure & Elapsed;
  readonly second: SnapshotMeasure & Elapsed;
  readonly heartbeats: HeartbeatMeasure;
}

/** A run of the server, and the time that inflating and parsing alone took around it, ms. */
interface Round {
  readonly run: Run;
  readonly bare: number;
}

function ratioOf({ run, bare }: Round): number {
  return run.first.ready / bare;
}

/** From the last byte of an upload to its verdict and inventory, against inflating and parsing alone. */
async function main(pods: number): Promise<void> {
  process.stdout.write(`making a cluster of ${pods} Pods ...\n`);
  const uploads = makeUploads(pods);
  const all: Round[] = [];
  for (let i = 0, before = await measureBare(uploads.first); i < rounds; i++) {
    const run = await measureServer(uploads);
    const after = await measureBare(uploads.first);
    all.push({ run, bare: (before.elapsed + after.elapsed) / 2 });
    before = after;
  }
  // How fast the machine is changes within a minute, so each run is held against what was measured around it.
  const { run, bare } = all.toSorted((a, b) => ratioOf(a) - ratioOf(b))[(rounds - 1) / 2] as Round;
  const { first, second, heartbeats } = run;
  const rows: Row[] = [
    { what: 'entries', value: uploads.entries, unit: '' },
    { what: 'size of the upload', value: uploads.first.length / 1e6, unit: 'MB' },
    { what: 'inflate and parse alone', value: bare, unit: 'ms' },
    ...partsOf('first snapshot', first),
    { what: 'first, ratio to inflate and parse', value: first.ready / bare, unit: '', limit: atMost(1.5) },
    ...partsOf('second snapshot, 1 % changed', second),
    { what: 'second, ratio to the first', value: second.ready / first.ready, unit: '', limit: atMost(0.1) },
    { what: 'loop delay of the main thread, p99', value: first.loopDelayP99, unit: 'ms', limit: atMost(50) },
    { what: 'loop delay of the main thread, longest', value: first.loopDelayMax, unit: 'ms' },
    { what: 'peak memory of the server', value: second.peakMemory / 1e6, unit: 'MB', limit: atMost(1500) },
    { what: 'heartbeats answered meanwhile', value: heartbeats.calls - heartbeats.failed, unit: '' },
    { what: 'their latency, p99', value: heartbeats.p99, unit: 'ms' },
    { what: 'inventory as JSON', value: first.inventoryJsonBytes / 1e6, unit: 'MB' },
  ];
  const table = writeResults('snapshot', `A snapshot of ${pods} Pods, the median of ${rounds} rounds`, rows, {
    pods,
    rounds: all,
  });
  process.stdout.write(`${table}\n`);
  if (
    !rows.every(kept) ||
    all.some(({ run: { first: one, second: other } }) => one.faults.length + other.faults.length > 0)
  )
    process.exitCode = 1;
}

/** From the last byte on, and where the time went. */
function partsOf(what: string, { recorded, analysed, ready }: Elapsed): Row[] {
  return [
    { what, value: ready, unit: 'ms' },
    { what: '- received and written to the journal', value: recorded, unit: 'ms' },
    { what: '- entries and snapshot judged', value: analysed - recorded, unit: 'ms' },
    { what: '- verdict and inventory', value: ready - analysed, unit: 'ms' },
  ];
}

function atMost(value: number): { readonly kind: 'at most'; readonly value: number } {
  return { kind: 'at most', value };
}

async function measureServer(uploads: Uploads): Promise<Run> {
  const server = startChild('./server-process.js', { args: [watchLoop], execArgv: process.execArgv });
  const client = startChild('./heartbeat-client.js');
  const target = await server.next<string>();
  const measure = async (request: Uint8Array): Promise<SnapshotMeasure & Elapsed> => {
    const { lastByteAt } = await sendUpload(target, path, request);
    const measured = await server.next<SnapshotMeasure>();
    const { recordedAt, analysedAt, readyAt } = measured;
    const elapsed = {
      recorded: recordedAt - lastByteAt,
      analysed: analysedAt - lastByteAt,
      ready: readyAt - lastByteAt,
    };
    return { ...measured, ...elapsed };
  };
  const message = { cluster_id: 'other', version: '1', agent_id: 2, source_ip: '10.0.0.8' };
  const request = messageType('agent.KubernetesAPISyncRequest').encode(message);
  const order: HeartbeatOrder = { target, path, request, inFlight: 1, pause: 10, duration: 5_000 };
  client.send(order);
  const first = await measure(uploads.first);
  const heartbeats = await client.next<HeartbeatMeasure>();
  const second = await measure(uploads.second);
  await Promise.all([client.end(), server.end()]);
  return { first, second, heartbeats };
}

await main(Number(process.argv[2] ?? 100_000));
