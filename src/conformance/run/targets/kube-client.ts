import { createInterface } from 'node:readline';
import type { KubeObject } from '../../../kube/kube-object.js';
import type { ClusterConnection } from './cluster-connection.js';

/** Kubernetes refused a request. */
export class KubeRefusal extends Error {
  override readonly name = 'KubeRefusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface KubeList {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly KubeObject[];
}

export interface KubeWatchEvent {
  readonly type: string;
  readonly object: KubeObject;
}

/** The API of a cluster in JSON. */
export interface KubeClient {
  /** @throws KubeRefusal */
  get<Answer>(path: string): Promise<Answer>;
  /** @throws KubeRefusal */
  send<Answer = KubeObject>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<Answer>;
  /**
   * Events until the watch ends.
   *
   * @throws KubeRefusal
   */
  watch(path: string, signal: AbortSignal): AsyncIterable<KubeWatchEvent>;
}

const headers = { accept: 'application/json', 'user-agent': 'plumbline' };

export function createKubeClient(connection: ClusterConnection): KubeClient {
  async function exchange<Answer>(method: string, path: string, body: unknown): Promise<Answer> {
    const response = await connection.open({
      method,
      path,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const status = response.statusCode ?? 0;
    const text = await textOf(response);
    if (status >= 400) throw new KubeRefusal(status, `${method} ${path} was answered ${status}: ${messageOf(text)}`);
    return JSON.parse(text) as Answer;
  }

  return {
    get: (path) => exchange('GET', path, undefined),
    send: (method, path, body) => exchange(method, path, body),
    async *watch(path, signal) {
      const response = await connection.open({ method: 'GET', path, headers, signal });
      const status = response.statusCode ?? 0;
      if (status >= 400) {
        throw new KubeRefusal(status, `the watch ${path} was answered ${status}: ${messageOf(await textOf(response))}`);
      }
      for await (const line of createInterface({ input: response })) {
        if (line !== '') yield JSON.parse(line) as KubeWatchEvent;
      }
    },
  };
}

async function textOf(response: AsyncIterable<Buffer>): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

/** Of a Status; else the text as it is. */
function messageOf(text: string): string {
  try {
    return String((JSON.parse(text) as { message?: unknown }).message ?? text).slice(0, 500);
  } catch {
    return text.slice(0, 500);
  }
}
