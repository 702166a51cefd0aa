import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import {
  Agent,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { request as httpsRequest, Agent as SecureAgent, type RequestOptions as SecureOptions } from 'node:https';
import { dirname, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { KubeConfig } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { RealClusterError } from './real-cluster.js';

/** Requests to a cluster with the credentials of a kubeconfig. */
export interface ClusterConnection {
  readonly url: string;
  /**
   * Resolves with the head of the answer.
   *
   * @throws where no answer comes: the connection, or the credentials cannot be had
   */
  open(request: ClusterRequest): Promise<IncomingMessage>;
  close(): void;
}

export interface ClusterRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers?: IncomingHttpHeaders;
  readonly body?: string | Readable;
  /** Breaks it off, the answer too. */
  readonly signal?: AbortSignal;
}

/** @throws RealClusterError where the file cannot be used */
export function connectCluster(kubeconfig: string): ClusterConnection {
  const config = readConfig(kubeconfig);
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    throw new RealClusterError(
      `${kubeconfig} names no cluster in its current context.`,
      'Set one: kubectl config use-context NAME --kubeconfig FILE.',
    );
  }
  const base = new URL(cluster.server);
  const secure = base.protocol === 'https:';
  const connections = secure ? new SecureAgent({ keepAlive: true }) : new Agent({ keepAlive: true });
  const tokenFile = tokenFileOf(kubeconfig, config.getCurrentUser()?.name);
  const prefix = base.pathname.replace(/\/$/, '');

  return {
    url: cluster.server,
    async open({ method, path, headers = {}, body, signal }) {
      const options: SecureOptions = { method, ...(signal === undefined ? {} : { signal }) };
      // Again for each request: tokens are renewed, and files of them read again.
      await config.applyToHTTPSOptions(options);
      // Theirs is a new one each time, which would open a connection for each request; only a proxy needs it.
      if (cluster.proxyUrl === undefined) options.agent = connections;
      const { authorization: _, host: __, ...passed } = headers;
      options.headers = {
        ...passed,
        ...(options.headers as RequestOptions['headers'] & object),
        ...(tokenFile === null ? {} : { authorization: `Bearer ${(await readFile(tokenFile, 'utf8')).trim()}` }),
      };
      const send = secure ? httpsRequest : httpRequest;
      return new Promise((resolve, reject) => {
        const request = send(new URL(`${base.origin}${prefix}${path}`), options, resolve);
        request.on('error', reject);
        if (body === undefined || typeof body === 'string') request.end(body);
        else body.pipe(request);
      });
    },
    close: () => connections.destroy(),
  };
}

function readConfig(kubeconfig: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromFile(kubeconfig);
    return config;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new RealClusterError(
      `${kubeconfig} cannot be used as a kubeconfig: ${why}`,
      'See: kubectl --kubeconfig FILE version.',
      cause,
    );
  }
}

interface WrittenConfig {
  readonly users?: readonly { readonly name?: string; readonly user?: { readonly tokenFile?: string } }[];
}

/** Path of the file that the user's token is in, which the library does not read; null where there is none. */
function tokenFileOf(kubeconfig: string, user: string | undefined): string | null {
  const { users = [] } = parse(readFileSync(kubeconfig, 'utf8')) as WrittenConfig;
  const file = users.find(({ name }) => name === user)?.user?.tokenFile;
  return file === undefined ? null : resolve(dirname(kubeconfig), file);
}
