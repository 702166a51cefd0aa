/** The Kubernetes API over HTTP/1.1: where it is, who we are, one answer, one stream of lines. */
import { existsSync, readFileSync } from 'node:fs';
import { type IncomingMessage, request as plainRequest } from 'node:http';
import { Agent, request as tlsRequest } from 'node:https';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { asObject, type Json } from './trim.js';

export interface KubeApi {
  /** The JSON of an answer. Rejects with a `KubeError` where its status is not 200. */
  get(path: string, signal: AbortSignal): Promise<Json>;
  /** The JSON of each line of an answer, until it ends; breaks off after `idleMs` without a byte. `opened` is told of status 200. */
  lines(path: string, signal: AbortSignal, idleMs: number, opened: () => void): AsyncGenerator<Json>;
}

/** The Kubernetes API answered, but not with what was asked for. */
export class KubeError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly retryAfterSeconds = 0,
  ) {
    super(message);
  }
}

interface Access {
  readonly server: string;
  readonly ca?: Buffer | undefined;
  readonly cert?: Buffer | undefined;
  readonly key?: Buffer | undefined;
  readonly rejectUnauthorized: boolean;
  /** Asked before each request, since Kubernetes replaces the token in its file long before the old one expires. */
  token(): string;
}

const serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount';
const answerIdleMs = 30_000;

/** By the kubeconfig file, or as a Pod where there is none. */
export function openKubeApi(kubeconfig: string | undefined): KubeApi {
  const access = kubeconfig === undefined ? podAccess() : kubeconfigAccess(kubeconfig);
  const { server, ca, cert, key, rejectUnauthorized } = access;
  const https = server.startsWith('https:');
  // A connection for each request: the server may have closed a kept one without a sign.
  const agent = new Agent({ keepAlive: false, ca, cert, key, rejectUnauthorized });

  const open = (path: string, signal: AbortSignal, idleMs: number): Promise<IncomingMessage> =>
    new Promise((done, failed) => {
      const url = new URL(server.replace(/\/$/, '') + path);
      const token = access.token();
      const headers = {
        accept: 'application/json',
        'user-agent': 'pseudo-deepflow-agent',
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      };
      const options = { headers, signal, timeout: idleMs };
      const request = https ? tlsRequest(url, { ...options, agent }, done) : plainRequest(url, options, done);
      request.on('timeout', () => request.destroy(new Error(`nothing came for ${idleMs / 1000} s`)));
      request.on('error', failed);
      request.end();
    });

  const textOf = async (response: IncomingMessage): Promise<string> => {
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) text += chunk;
    return text;
  };

  return {
    async get(path, signal) {
      const response = await open(path, signal, answerIdleMs);
      const text = await textOf(response);
      if (response.statusCode !== 200) throw errorOf(response, text);
      return JSON.parse(text);
    },
    async *lines(path, signal, idleMs, opened) {
      const response = await open(path, signal, idleMs);
      if (response.statusCode !== 200) throw errorOf(response, await textOf(response));
      opened();
      let rest = '';
      try {
        for await (const chunk of response.setEncoding('utf8')) {
          const lines = (rest + chunk).split('\n');
          // The last one is not complete; where the stream ends with it, it is no line at all.
          rest = lines.pop() ?? '';
          for (const line of lines) if (line.trim() !== '') yield JSON.parse(line);
        }
      } finally {
        response.destroy();
      }
    },
  };
}

function errorOf({ statusCode = 0, statusMessage = '', headers }: IncomingMessage, text: string): KubeError {
  let message = statusMessage;
  try {
    message = String(asObject(JSON.parse(text)).message ?? statusMessage);
  } catch {
    // Not a Status of Kubernetes but, say, a page of a proxy.
  }
  return new KubeError(statusCode, `${statusCode} ${message}`, Number(headers['retry-after'] ?? 0) || 0);
}

function podAccess(): Access {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = process.env;
  const token = `${serviceAccount}/token`;
  if (host === undefined || !existsSync(token)) throw new Error('neither KUBECONFIG is set nor is this a Pod');
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    ca: readFileSync(`${serviceAccount}/ca.crt`),
    rejectUnauthorized: true,
    token: () => readFileSync(token, 'utf8').trim(),
  };
}

/** The current context of a kubeconfig, with a token or a client certificate; plugins for credentials are not run. */
function kubeconfigAccess(file: string): Access {
  const config = asObject(parse(readFileSync(file, 'utf8')));
  const named = (list: unknown, name: unknown): Json =>
    asObject((Array.isArray(list) ? list : []).find((one) => asObject(one).name === name));
  const context = asObject(named(config.contexts, config['current-context']).context);
  const cluster = asObject(named(config.clusters, context.cluster).cluster);
  const user = asObject(named(config.users, context.user).user);
  const path = (name: unknown): string => resolve(dirname(file), String(name));
  const bytes = (from: Json, name: string): Buffer | undefined => {
    if (from[`${name}-data`] !== undefined) return Buffer.from(String(from[`${name}-data`]), 'base64');
    return from[name] === undefined ? undefined : readFileSync(path(from[name]));
  };
  if (typeof cluster.server !== 'string') throw new Error(`${file}: its current context names no server`);
  return {
    server: cluster.server,
    ca: bytes(cluster, 'certificate-authority'),
    cert: bytes(user, 'client-certificate'),
    key: bytes(user, 'client-key'),
    rejectUnauthorized: cluster['insecure-skip-tls-verify'] !== true,
    token: () =>
      user.tokenFile === undefined ? String(user.token ?? '') : readFileSync(path(user.tokenFile), 'utf8').trim(),
  };
}
