import { setTimeout as wait } from 'node:timers/promises';
import type { ClusterConnection } from './cluster-connection.js';
import { RealClusterError } from './real-cluster.js';

const askEveryMs = 100;
const answerMs = 5_000;

export interface ReadyQuestion {
  readonly connection: ClusterConnection;
  readonly timeoutMs: number;
  /** Throws where there is no sense in waiting longer. */
  readonly check?: () => void;
}

/**
 * Waits until GET /readyz is answered 200.
 *
 * @throws RealClusterError
 */
export async function waitReady({ connection, timeoutMs, check }: ReadyQuestion): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    check?.();
    const answer = await ask(connection);
    if (answer === 200) return;
    if (performance.now() >= deadline) {
      throw new RealClusterError(
        `The API server at ${connection.url} is not ready after ${timeoutMs / 1000} s: ${answer}.`,
        'See whether the machine has enough of CPU and memory for it.',
      );
    }
    await wait(askEveryMs);
  }
}

/** The status, or why there is none. */
async function ask(connection: ClusterConnection): Promise<number | string> {
  try {
    const signal = AbortSignal.timeout(answerMs);
    const answer = await connection.open({ method: 'GET', path: '/readyz', signal });
    answer.resume();
    answer.on('error', () => {});
    return answer.statusCode ?? 0;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}
