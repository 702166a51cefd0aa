import { Worker } from 'node:worker_threads';
import type { CaptureBatch } from '../../replay/capture-task.js';
import type { CompiledCore } from '../../replay/core/core-exports.js';
import { workerFile } from '../../wire/worker-file.js';
import { PlumblineError } from '../plumbline-error.js';
import type { CaptureCrew, OnWork, TakeBatch } from './capture-crew.js';
import type { WorkerOrder, WorkerReply, WorkerStart } from './worker-messages.js';

export interface ThreadCrewOptions {
  readonly core: CompiledCore;
  readonly root: string;
  readonly threads: number;
  readonly onWork: OnWork;
}

type Outcome = Extract<WorkerReply, { kind: 'learnt' | 'replayed' }>;

/**
 * Several threads, each with one capture at a time. Batches are used in the order of the tasks: those of a later capture
 * wait, and its thread with them, until the captures before it have ended.
 */
export function createThreadCrew({ core, root, threads, onWork }: ThreadCrewOptions): CaptureCrew {
  const start: WorkerStart = { core, root };
  const file = workerFile(import.meta.url, 'replay-worker', '../../../dist/src/cli/replay');
  const workers = Array.from({ length: threads }, () => new Worker(file, { workerData: start }));

  const runAll = <Task>(
    tasks: readonly Task[],
    orderOf: (task: Task) => WorkerOrder,
    take: TakeBatch,
  ): Promise<Outcome[]> => {
    const queue = createBatchQueue(tasks.length, take);
    const outcomes: Outcome[] = [];
    let next = 0;
    const runNext = async (worker: Worker): Promise<void> => {
      for (let i = next++; i < tasks.length; i = next++) {
        const task = tasks[i];
        if (task === undefined) return;
        outcomes[i] = await runOne(worker, orderOf(task), (batch) => {
          queue.add(i, batch, () => worker.postMessage({ kind: 'taken' } satisfies WorkerOrder));
        });
        queue.end(i);
      }
    };
    return Promise.race([
      queue.failed,
      Promise.all(workers.map(runNext))
        .then(() => queue.drained)
        .then(() => outcomes),
    ]);
  };

  const runOne = (worker: Worker, order: WorkerOrder, onBatch: (batch: CaptureBatch) => void): Promise<Outcome> =>
    new Promise((resolve, reject) => {
      const settle = (settled: () => void): void => {
        worker.off('message', onMessage).off('error', onError).off('exit', onExit);
        settled();
      };
      const onMessage = (reply: WorkerReply): void => {
        if (reply.kind === 'work') onWork(reply.bytes, reply.packets);
        else if (reply.kind === 'batch') onBatch(reply.batch);
        else if (reply.kind === 'failed') settle(() => reject(threadFault(reply.message)));
        else settle(() => resolve(reply));
      };
      const onError = (error: Error): void => settle(() => reject(threadFault(error.message)));
      const onExit = (code: number): void => settle(() => reject(threadFault(`it exited with code ${code}`)));
      worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      worker.postMessage(order);
    });

  return {
    async learn(tasks) {
      const outcomes = await runAll(
        tasks,
        (task) => ({ kind: 'learn', task }),
        () => {},
      );
      return outcomes.flatMap((reply) => (reply.kind === 'learnt' ? [reply.outcome] : []));
    },
    async replay(setup, tasks, take) {
      for (const worker of workers) worker.postMessage({ kind: 'setup', setup } satisfies WorkerOrder);
      const outcomes = await runAll(tasks, (task) => ({ kind: 'replay', task }), take);
      return outcomes.flatMap((reply) => (reply.kind === 'replayed' ? [reply.outcome] : []));
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

function threadFault(message: string): PlumblineError {
  return PlumblineError.harnessFault(
    `A replay thread failed: ${message}`,
    'Please report it; --workers 1 does without threads.',
  );
}

interface BatchQueue {
  add(index: number, batch: CaptureBatch, used: () => void): void;
  end(index: number): void;
  /** All captures have ended and their batches were used. */
  readonly drained: Promise<void>;
  /** Rejects where using a batch fails. */
  readonly failed: Promise<never>;
}

function createBatchQueue(count: number, take: TakeBatch): BatchQueue {
  const waiting: { batch: CaptureBatch; used: () => void }[][] = Array.from({ length: count }, () => []);
  const ended: boolean[] = [];
  let turn = 0;
  let busy = false;
  let allDrained = (): void => {};
  let fail = (_reason: unknown): void => {};
  const drained = new Promise<void>((resolve) => {
    allDrained = resolve;
  });
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const drain = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    while (turn < count) {
      const entry = waiting[turn]?.shift();
      if (entry !== undefined) {
        await take(turn, entry.batch);
        entry.used();
      } else if (ended[turn] === true) turn += 1;
      else break;
    }
    busy = false;
    if (turn === count) allDrained();
  };
  const go = (): void => void drain().catch(fail);
  if (count === 0) allDrained();
  return {
    add(index, batch, used) {
      waiting[index]?.push({ batch, used });
      go();
    },
    end(index) {
      ended[index] = true;
      go();
    },
    drained,
    failed,
  };
}
