import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAccessToken } from '../../../apiserver/access-token.js';
import { createKubeFaultEngine } from '../../../apiserver/faults/fault-engine.js';
import { answerStatus } from '../../../apiserver/handle/answer.js';
import { createAnswerSink } from '../../../apiserver/http/answer-sink.js';
import { createCertificates, createToken } from '../../../apiserver/http/certificates.js';
import { type Exchange, openListeners } from '../../../apiserver/http/listeners.js';
import { readRequest } from '../../../apiserver/http/read-request.js';
import { kubeconfigText } from '../../../apiserver/kubeconfig.js';
import type { RequestHook } from '../../../apiserver/request-hook.js';
import {
  createRequestRecorder,
  type RequestListener,
  type WatchEventListener,
} from '../../../apiserver/request-recorder.js';
import { failure } from '../../../apiserver/status.js';
import type { KubeFaults, Stop } from '../../kube-target.js';
import { type Forwarding, forwardRequest } from './forward-request.js';

export interface FaultProxyOptions extends Forwarding {
  readonly clock: { now(): number };
  /** Of the faults that strike by chance. */
  readonly seed: number;
  /** An existing directory; kubeconfig, CA and token are written into it. */
  readonly directory: string;
}

/** Stands before a real Kubernetes API: it sees all requests, and makes the faults that the real one cannot. */
export interface FaultProxy {
  /** Path of the kubeconfig for the agent. */
  readonly kubeconfig: string;
  readonly faults: KubeFaults;
  onRequest(listener: RequestListener): Stop;
  onWatchEvent(listener: WatchEventListener): Stop;
  close(): Promise<void>;
}

/** Terminates TLS with a CA and a token of its own, and passes requests on with the credentials of the connection. */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const { clock, directory, seed } = options;
  await mkdir(directory, { recursive: true });
  const files = {
    ca: join(directory, 'ca.crt'),
    token: join(directory, 'token'),
    kubeconfig: join(directory, 'kubeconfig'),
  };
  const certificates = await createCertificates();
  const token = await createAccessToken([files.token], createToken);
  const recorder = createRequestRecorder(clock);
  const hooks = new Set<RequestHook>();
  let seq = 0;

  async function exchange({ request, response, secure, connection }: Exchange): Promise<void> {
    seq += 1;
    const raw = { method: request.method ?? '', url: request.url ?? '', headers: request.headers };
    const read = readRequest(raw, seq, clock.now());
    const recorded = recorder.record(read.api, createAnswerSink(response, connection));
    if (read.api.token === null ? secure : read.api.token !== token.current()) {
      answerStatus(recorded.sink, failure(401, 'Unauthorized'));
      return;
    }
    const intervention = [...hooks].reduce<ReturnType<RequestHook>>((found, hook) => found ?? hook(read.api), null);
    if (intervention !== null) recorded.setFault(intervention.fault);
    const sink = intervention?.wrap?.(recorded.sink) ?? recorded.sink;
    try {
      if (intervention?.answer !== undefined) await intervention.answer(sink);
      else await forwardRequest(options, { raw, read, body: request, sink, recorded, intervention });
    } catch {
      // What was begun cannot be completed, and what was not cannot be answered: as if the server itself had gone.
      recorded.sink.resetStream();
    }
  }

  const listeners = await openListeners({
    host: '127.0.0.1',
    port: 0,
    httpPort: 0,
    certificates,
    onExchange: (each) => void exchange(each),
  });
  await writeFile(files.ca, certificates.ca);
  await writeFile(files.kubeconfig, kubeconfigText(listeners.url, files.ca, files.token), { mode: 0o600 });
  const { breakConnections } = listeners;
  const addHook = (hook: RequestHook) => {
    hooks.add(hook);
    return () => {
      hooks.delete(hook);
    };
  };
  return {
    kubeconfig: files.kubeconfig,
    faults: createKubeFaultEngine({ addHook, rotateToken: token.rotate, breakConnections }, { clock, seed }),
    onRequest: recorder.onRequest,
    onWatchEvent: recorder.onWatchEvent,
    close: listeners.close,
  };
}
