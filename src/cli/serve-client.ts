import type { z } from 'zod';
import { ExitCode } from './exit-code.js';
import { PlumblineError } from './plumbline-error.js';

/** What a running `plumbline serve` tells over HTTP of one cluster. */
export interface ServedCluster {
  /** Where it is from, for messages. */
  readonly url: string;
  readonly clusterId: string;
  readonly json: unknown;
}

/**
 * Fetches a view of a cluster from the admin port of a running `plumbline serve`.
 *
 * @param server its address, with or without `http://`
 * @param cluster the cluster's id; may be left out where the server knows one
 * @param option the option that names the cluster, for messages
 * @throws PlumblineError (bad input) where nothing answers, or no such cluster is held; (nothing judged) where the server knows none
 */
export async function fetchCluster(
  server: string,
  view: 'inventory' | 'snapshot',
  cluster: string | undefined,
  option: string,
): Promise<ServedCluster> {
  const base = serverUrl(server);
  const clusterId = cluster ?? (await onlyCluster(base, option));
  const url = new URL(`api/clusters/${encodeURIComponent(clusterId)}/${view}`, base);
  const response = await get(url);
  if (response.status === 404) {
    throw PlumblineError.badInput(
      `The server at ${base.href} holds no snapshot of a cluster '${clusterId}'.`,
      'Has the agent uploaded yet?',
    );
  }
  return { url: url.href, clusterId, json: await jsonOf(response) };
}

/**
 * Fetches another view, of a known form.
 *
 * @param path relative to the server's address
 * @throws PlumblineError (bad input) where nothing answers, or something that is no `plumbline serve` of this version
 */
export async function fetchView<Schema extends z.ZodType>(
  server: string,
  path: string,
  schema: Schema,
): Promise<z.output<Schema> & { readonly url: string }> {
  const url = new URL(path, serverUrl(server));
  const parsed = schema.safeParse(await jsonOf(await get(url)));
  if (!parsed.success) {
    throw PlumblineError.badInput(
      `${url.href} does not answer as plumbline serve does.`,
      'Is this the --admin address of a `plumbline serve` of the same version?',
    );
  }
  return { ...(parsed.data as object), url: url.origin } as z.output<Schema> & { readonly url: string };
}

async function onlyCluster(base: URL, option: string): Promise<string> {
  const json = await jsonOf(await get(new URL('api/clusters', base)));
  const clusters = (json as { clusters?: readonly { clusterId?: unknown }[] } | null)?.clusters ?? [];
  const ids = clusters.flatMap(({ clusterId }) => (typeof clusterId === 'string' ? [clusterId] : []));
  const [first, ...others] = ids;
  if (first === undefined) {
    throw new PlumblineError(`The server at ${base.href} knows no cluster.`, {
      exitCode: ExitCode.NothingJudged,
      hint: 'Point an agent at it first.',
    });
  }
  if (others.length > 0) {
    throw PlumblineError.badInput(
      `The server at ${base.href} knows ${ids.length} clusters.`,
      `Choose one with ${option}: ${ids.slice(0, 20).join(', ')}`,
    );
  }
  return first;
}

function serverUrl(text: string): URL {
  try {
    return new URL(`${text.includes('://') ? text : `http://${text}`}/`.replace(/\/+$/, '/'));
  } catch (cause) {
    throw PlumblineError.badInput(
      `--server is '${text}'; expected a URL such as http://127.0.0.1:30417.`,
      undefined,
      cause,
    );
  }
}

async function get(url: URL): Promise<Response> {
  try {
    return await fetch(url);
  } catch (cause) {
    throw PlumblineError.badInput(
      `Nothing answers at ${url.href}.`,
      'Is `plumbline serve` running, and is this its --admin address (not the gRPC one)?',
      cause,
    );
  }
}

async function jsonOf(response: Response): Promise<unknown> {
  const text = await response.text();
  if (response.ok) {
    try {
      return JSON.parse(text);
    } catch {
      // Some other server: its words are shown below.
    }
  }
  throw PlumblineError.badInput(
    `${response.url} answered ${response.status}: ${text.slice(0, 200)}`,
    'Is this the --admin address of plumbline serve?',
  );
}
