import { Worker } from 'node:worker_threads';

export interface BareResult {
  /** ms. */
  readonly elapsed: number;
  readonly entries: number;
}

/** How long one thread takes to inflate and parse the entries of a request and do nothing else with them. */
export function measureBare(request: Uint8Array): Promise<BareResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./bare-worker.js', import.meta.url), { workerData: request });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
