import { parentPort, workerData } from 'node:worker_threads';
import type { CaptureBatch } from '../../replay/capture-task.js';
import type { createCaptureReplayer } from '../../replay/replay-capture.js';
import { createLocalCrew } from './local-crew.js';
import { batchesUnderWay, type WorkerOrder, type WorkerReply, type WorkerStart } from './worker-messages.js';

/** The thread's side of `createThreadCrew`: one order after the other. */
function main(): void {
  if (parentPort === null) return;
  const port = parentPort;
  const { core, root } = workerData as WorkerStart;
  const reply = (message: WorkerReply): void => port.postMessage(message);
  const work = createWorkReport((bytes, packets) => reply({ kind: 'work', bytes, packets }));
  const crew = createLocalCrew(core, root, work.add);
  let setup: Parameters<typeof createCaptureReplayer>[1] | null = null;
  let underWay = 0;
  let mayGoOn: (() => void) | null = null;

  const take = (batch: CaptureBatch): Promise<void> | undefined => {
    reply({ kind: 'batch', batch });
    underWay += 1;
    if (underWay < batchesUnderWay) return undefined;
    return new Promise((resolve) => {
      mayGoOn = resolve;
    });
  };

  const obey = async (order: Exclude<WorkerOrder, { kind: 'taken' }>): Promise<void> => {
    if (order.kind === 'setup') {
      setup = order.setup;
    } else if (order.kind === 'learn') {
      const [outcome] = await crew.learn([order.task]);
      if (outcome !== undefined) reply({ kind: 'learnt', outcome });
    } else if (setup !== null) {
      const [outcome] = await crew.replay(setup, [order.task], (_, batch) => take(batch));
      if (outcome !== undefined) reply({ kind: 'replayed', outcome });
    }
    work.flush();
  };

  port.on('message', (order: WorkerOrder) => {
    if (order.kind === 'taken') {
      underWay -= 1;
      mayGoOn?.();
      mayGoOn = null;
      return;
    }
    obey(order).catch((thrown: unknown) => {
      reply({ kind: 'failed', message: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) });
    });
  });
}

/** Puts small reports of work together: one message per 16 MiB is often enough. */
function createWorkReport(send: (bytes: number, packets: number) => void) {
  let bytes = 0;
  let packets = 0;
  const flush = (): void => {
    if (bytes > 0 || packets > 0) send(bytes, packets);
    bytes = 0;
    packets = 0;
  };
  return {
    add: (moreBytes: number, morePackets: number): void => {
      bytes += moreBytes;
      packets += morePackets;
      if (bytes >= 1 << 24) flush();
    },
    flush,
  };
}

main();
