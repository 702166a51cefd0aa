import type { ClusterResources } from '../../platform/cluster-resources.js';
import { PlumblineError } from '../plumbline-error.js';
import { resourcesOf } from './read-resources.js';

/**
 * The objects of the snapshot that a running `plumbline serve` holds.
 *
 * @param cluster its id; may be left out where the server knows one
 * @throws PlumblineError (bad input)
 */
export async function serverResources(
  server: string,
  cluster: string | undefined,
  warn: (text: string) => void,
): Promise<ClusterResources> {
  const base = serverUrl(server);
  const id = cluster ?? (await onlyCluster(base));
  const url = new URL(`api/clusters/${encodeURIComponent(id)}/snapshot`, base);
  const response = await get(url);
  if (response.status === 404) {
    throw PlumblineError.badInput(
      `The server at ${base.href} holds no snapshot of a cluster '${id}'.`,
      'Has the agent uploaded yet?',
    );
  }
  const json = await jsonOf(response);
  warn(
    `${base.href}: names and tags come from the snapshot of cluster '${id}'. ` +
      'NICs, MACs and agent configuration are not served yet: they come from the site and --set.\n',
  );
  return resourcesOf([json], url.href, warn);
}

async function onlyCluster(base: URL): Promise<string> {
  const json = await jsonOf(await get(new URL('api/clusters', base)));
  const clusters = (json as { clusters?: readonly { clusterId?: unknown }[] } | null)?.clusters ?? [];
  const ids = clusters.flatMap(({ clusterId }) => (typeof clusterId === 'string' ? [clusterId] : []));
  const [first, ...others] = ids;
  if (first === undefined) {
    throw PlumblineError.badInput(`The server at ${base.href} knows no cluster.`, 'Point an agent at it first.');
  }
  if (others.length > 0) {
    throw PlumblineError.badInput(
      `The server at ${base.href} knows ${ids.length} clusters.`,
      `Choose one with --server-cluster: ${ids.slice(0, 20).join(', ')}`,
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
