import { once } from 'node:events';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { onTestFinished } from 'vitest';
import { createKubeFaultEngine, type KubeFaultEngine } from '../../../src/apiserver/faults/fault-engine.js';
import type { KubeFaultEvent } from '../../../src/apiserver/faults/fault-plan.js';
import type { KubeObject, KubeRequest } from '../../../src/kube/kube-object.js';
import { apiOfTest, type StartedApi } from '../started-api.js';

export interface FaultyApi extends StartedApi {
  readonly faults: KubeFaultEngine;
  readonly struck: readonly KubeFaultEvent[];
  /** Those that have ended. */
  readonly requests: readonly KubeRequest[];
}

export async function faultyApi(options: { readonly seed?: number } = {}): Promise<FaultyApi> {
  const started = await apiOfTest({ objects: [...pods, configMap] });
  const faults = createKubeFaultEngine(started.server, { clock: { now: () => 7 }, ...options });
  const struck: KubeFaultEvent[] = [];
  const requests: KubeRequest[] = [];
  faults.onFault((event) => struck.push(event));
  started.server.onRequest((request, phase) => {
    if (phase === 'end') requests.push(request);
  });
  return { ...started, faults, struck, requests };
}

export function pod(name: string, note = 'grün 山 🚀'): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', annotations: { note } },
    spec: { containers: [{ name: 'c', image: 'i' }] },
  };
}

const pods = ['a', 'b', 'c', 'd', 'e'].map((name) => pod(name));

const configMap: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm', namespace: 'default' } };

export interface Received {
  /** 0 where the connection broke before one came. */
  readonly status: number;
  readonly text: string;
  readonly chunks: readonly Buffer[];
  /** When each chunk came, ms. */
  readonly times: readonly number[];
  /** Error code; null where the answer ended cleanly. */
  readonly error: string | null;
}

/** What a client that hides nothing sees of a request over HTTP/1.1, until it ends, breaks, or is silent for too long. */
export function receive(api: FaultyApi, path: string, patienceMs = 5_000): Promise<Received> {
  const chunks: Buffer[] = [];
  const times: number[] = [];
  let status = 0;
  const options: RequestOptions = { agent: false, ca: api.server.ca, headers: bearer(api) };
  return new Promise((resolve) => {
    const request = httpsRequest(`${api.server.url}${path}`, options);
    const finish = (error: string | null): void => {
      clearTimeout(timer);
      request.destroy();
      resolve({ status, text: Buffer.concat(chunks).toString(), chunks, times, error });
    };
    const timer = setTimeout(() => finish('silent'), patienceMs);
    request.on('error', ({ code }: NodeJS.ErrnoException) => finish(code ?? 'error'));
    request.on('response', (response) => {
      status = response.statusCode ?? 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        times.push(performance.now());
      });
      response.on('end', () => finish(null));
      response.on('error', ({ code }: NodeJS.ErrnoException) => finish(code ?? 'error'));
    });
    request.end();
  });
}

export function bearer(api: FaultyApi): Record<string, string> {
  return { authorization: `Bearer ${api.server.token()}` };
}

export async function http2Session(api: FaultyApi): Promise<ClientHttp2Session> {
  const session = connectHttp2(api.server.url, { ca: api.server.ca });
  session.on('error', () => {
    // Provoked by the tests.
  });
  onTestFinished(() => session.destroy());
  await once(session, 'connect');
  return session;
}

/** Names of the objects of a list, or of the events of a watch. */
export function names(text: string): string[] {
  return [...text.matchAll(/"name":"([a-z])","namespace"/g)].map(([, name = '']) => name);
}
