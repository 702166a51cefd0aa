import { messageType } from '../src/wire/protos.js';
import { startChild } from './child.js';
import { median } from './median.js';
import { kept, type Row, writeResults } from './results-file.js';
import type { HeartbeatMeasure, HeartbeatOrder } from './server-messages.js';

const rounds = 5;

/** Heartbeats per second, judged and written down, against what the gRPC library does of itself. */
async function main(duration: number): Promise<void> {
  const echo = startChild('./echo-process.js');
  const server = startChild('./server-process.js', { execArgv: process.execArgv });
  const client = startChild('./heartbeat-client.js');
  const message = { cluster_id: 'other', version: '1714384958', agent_id: 2, source_ip: '10.0.0.8' };
  const request = messageType('agent.KubernetesAPISyncRequest').encode(message);
  const common = { request, inFlight: 16, pause: 0 };
  const echoOrder: HeartbeatOrder = { ...common, target: await echo.next(), path: '/bench.Echo/Echo', duration };
  const path = '/agent.Synchronizer/KubernetesAPISync';
  const serverOrder: HeartbeatOrder = { ...common, target: await server.next(), path, duration };
  const measure = (order: HeartbeatOrder): Promise<HeartbeatMeasure> => {
    client.send(order);
    return client.next<HeartbeatMeasure>();
  };

  // Warms both up.
  await measure({ ...echoOrder, duration: duration / 2 });
  await measure({ ...serverOrder, duration: duration / 2 });
  const echoes: HeartbeatMeasure[] = [];
  const heartbeats: HeartbeatMeasure[] = [];
  for (let round = 0; round < rounds; round++) {
    echoes.push(await measure(echoOrder));
    heartbeats.push(await measure(serverOrder));
  }
  await Promise.all([echo.end(), server.end(), client.end()]);

  const ours = median(heartbeats.map(({ callsPerSecond }) => callsPerSecond));
  const theirs = median(echoes.map(({ callsPerSecond }) => callsPerSecond));
  const failed = heartbeats.reduce((sum, one) => sum + one.failed, 0);
  const rows: Row[] = [
    { what: 'echo server of grpc-js', value: theirs, unit: 'calls/s' },
    { what: 'heartbeats, judged and written to the journal', value: ours, unit: 'calls/s' },
    { what: 'ratio', value: ours / theirs, unit: '', limit: { kind: 'at least', value: 0.7 } },
    { what: 'failed calls', value: failed, unit: '', limit: { kind: 'at most', value: 0 } },
    { what: 'latency of a heartbeat, p99', value: median(heartbeats.map(({ p99 }) => p99)), unit: 'ms' },
  ];
  const table = writeResults('heartbeats', 'Heartbeats, 16 in flight', rows, { echoes, heartbeats });
  process.stdout.write(`${table}\n`);
  if (!rows.every(kept)) process.exitCode = 1;
}

await main(Number(process.argv[2] ?? 3_000));
