import { type ResourceLimits, Worker } from 'node:worker_threads';
import { workerFile } from '../wire/worker-file.js';
import { AnalystFault } from './analyst-fault.js';
import type { AnalystJob, AnalystReply, AnalystResult, AnalystResults, AnalystSetup } from './analyst-jobs.js';

/** One analyst thread, started with its first job or before. Jobs are done in order. */
export interface AnalystThread {
  /** Starts before there is a job, so that the first one finds everything loaded. */
  start(): void;
  /** @throws AnalystFault where the job failed or the thread died of it */
  run<Kind extends AnalystJob['kind']>(job: AnalystJob & { kind: Kind }): Promise<AnalystResults[Kind]>;
  /** No job waits or is being done. */
  isIdle(): boolean;
  close(): Promise<void>;
}

export interface AnalystThreadOptions {
  readonly setup: AnalystSetup;
  readonly resourceLimits: ResourceLimits;
  /** Called when the thread died: jobs that give a new thread the memory of the old one. Their results are dropped. */
  readonly restore: () => readonly AnalystJob[];
  /** Told which job the thread died of, before `restore` is called. */
  readonly onDeath: (job: AnalystJob, fault: AnalystFault) => void;
}

interface Pending {
  readonly job: AnalystJob;
  readonly resolve: (result: AnalystResult) => void;
  readonly reject: (fault: AnalystFault) => void;
}

export function createAnalystThread({ setup, resourceLimits, restore, onDeath }: AnalystThreadOptions): AnalystThread {
  /** In order of `id`; the first one is being worked on. */
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let worker: Worker | null = null;
  let closed = false;

  const startWorker = (): Worker => {
    const started = new Worker(workerFile(import.meta.url, 'analyst-worker', '../../dist/src/conformance'), {
      workerData: setup,
      resourceLimits,
    });
    started.on('message', take);
    started.on('error', (error) => died(started, error.message));
    started.on('exit', (code) => died(started, `it exited with code ${code}`));
    return started;
  };

  const post = (entry: Pending): void => {
    lastId += 1;
    pending.set(lastId, entry);
    worker ??= startWorker();
    worker.ref();
    worker.postMessage({ id: lastId, job: entry.job });
  };

  const take = (reply: AnalystReply): void => {
    const entry = pending.get(reply.id);
    pending.delete(reply.id);
    if (pending.size === 0) worker?.unref();
    if ('result' in reply) entry?.resolve(reply.result);
    else entry?.reject(new AnalystFault(`${describe(entry.job)} failed: ${reply.fault}`));
  };

  const died = (dead: Worker, reason: string): void => {
    if (worker !== dead) return;
    worker = null;
    const [first, ...rest] = pending.values();
    pending.clear();
    if (first === undefined) return;
    const fault = new AnalystFault(`The analyst thread died while ${describe(first.job)}: ${reason}.`);
    onDeath(first.job, fault);
    if (!closed) {
      for (const job of restore()) post({ job, resolve: () => {}, reject: () => {} });
      for (const entry of rest) post(entry);
    } else {
      for (const entry of rest) entry.reject(fault);
    }
    first.reject(fault);
  };

  return {
    start() {
      worker ??= startWorker();
      worker.unref();
    },
    run<Kind extends AnalystJob['kind']>(job: AnalystJob & { kind: Kind }) {
      return new Promise<AnalystResults[Kind]>((resolve, reject) => {
        if (closed) reject(new AnalystFault(`${describe(job)} is no longer possible: the analyst is closed.`));
        else post({ job, resolve: (result) => resolve(result as AnalystResults[Kind]), reject });
      });
    },
    isIdle: () => pending.size === 0,
    async close() {
      closed = true;
      await worker?.terminate();
    },
  };
}

function describe(job: AnalystJob): string {
  switch (job.kind) {
    case 'analyse':
      return `analysing call ${job.upload.seq} (cluster '${job.upload.clusterId}', ${job.upload.bytes.length} bytes)`;
    case 'foresee':
      return `reading call ${job.upload.seq} (cluster '${job.upload.clusterId}') as it arrives`;
    case 'abandon':
      return `letting go of call ${job.seq}`;
    case 'forget':
      return 'forgetting all clusters';
    case 'truth':
      return 'taking in what Kubernetes holds';
    default:
      return `giving the ${job.kind} of cluster '${job.clusterId}'`;
  }
}
