import { Client, credentials } from '@grpc/grpc-js';
import type { HeartbeatMeasure, HeartbeatOrder } from './server-messages.js';

/** Calls a server again and again, in a process of its own; one order, one measure, then another order. */
process.on('message', (order: HeartbeatOrder | { readonly end: true }) => {
  if ('end' in order) process.disconnect();
  else void run(order).then((measure) => process.send?.(measure));
});

async function run(order: HeartbeatOrder): Promise<HeartbeatMeasure> {
  const client = new Client(order.target, credentials.createInsecure());
  const request = Buffer.from(order.request);
  const latencies: number[] = [];
  let failed = 0;
  const begin = performance.now();
  const until = begin + order.duration;
  const call = () =>
    new Promise<void>((resolve) => {
      const started = performance.now();
      client.makeUnaryRequest(
        order.path,
        (message: Buffer) => message,
        (bytes: Buffer) => bytes,
        request,
        (error) => {
          if (error !== null) failed += 1;
          latencies.push(performance.now() - started);
          resolve();
        },
      );
    });
  const line = async (): Promise<void> => {
    while (performance.now() < until) {
      await call();
      if (order.pause > 0) await new Promise((resolve) => setTimeout(resolve, order.pause));
    }
  };
  await Promise.all(Array.from({ length: order.inFlight }, line));
  const elapsed = performance.now() - begin;
  client.close();
  latencies.sort((one, other) => one - other);
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  const calls = latencies.length;
  return { calls, failed, callsPerSecond: (calls / elapsed) * 1000, p50: at(0.5), p99: at(0.99), max: at(1) };
}
