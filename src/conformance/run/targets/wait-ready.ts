import { request } from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
import { RealClusterError } from './real-cluster.js';

const askEveryMs = 100;
const answerMs = 5_000;

export interface ReadyQuestion {
  readonly url: string;
  /** PEM. */
  readonly ca: string | Buffer;
  readonly token?: string;
  /** PEM, of a client that is known by its certificate. */
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly timeoutMs: number;
  /** Throws where there is no sense in waiting longer. */
  readonly check?: () => void;
}

/**
 * Waits until GET /readyz is answered 200.
 *
 * @throws RealClusterError
 */
export async function waitReady(question: ReadyQuestion): Promise<void> {
  const deadline = performance.now() + question.timeoutMs;
  for (;;) {
    question.check?.();
    const answer = await ask(question);
    if (answer === 'ok') return;
    if (performance.now() >= deadline) {
      throw new RealClusterError(
        `The API server at ${question.url} is not ready after ${question.timeoutMs / 1000} s: ${answer}.`,
        'See whether the machine has enough of CPU and memory for it, and what its log says.',
      );
    }
    await wait(askEveryMs);
  }
}

/** 'ok', or why not. */
function ask({ url, ca, token, cert, key }: ReadyQuestion): Promise<string> {
  return new Promise((resolve) => {
    const asking = request(`${url}/readyz`, {
      agent: false,
      ca,
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
      timeout: answerMs,
    });
    asking.on('response', (response) => {
      response.resume();
      response.on('close', () => resolve(response.statusCode === 200 ? 'ok' : `it answers ${response.statusCode}`));
    });
    asking.on('timeout', () => asking.destroy(new Error('it does not answer')));
    asking.on('error', (cause) => resolve(cause.message));
    asking.end();
  });
}
