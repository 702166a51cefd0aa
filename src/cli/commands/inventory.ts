import { z } from 'zod';
import type { Compat } from '../../kube/compat.js';
import type { Inventory } from '../../kube/inventory.js';
import { inventoryText } from '../../report/inventory-text.js';
import { ExitCode } from '../exit-code.js';
import { oneOf } from '../options.js';
import { PlumblineError } from '../plumbline-error.js';
import type { Terminal } from '../terminal.js';

export interface InventoryOptions {
  readonly server?: string;
  readonly snapshot: readonly string[];
  readonly cluster?: string;
  readonly compat: Compat;
  readonly format: string;
  readonly all?: boolean;
}

const shownPerReason = 5;

/**
 * Prints what DeepFlow would show. It explains and does not judge: it ends with 0 whenever it could say, and with 4 where there
 * was no object at all.
 */
export async function inventory(terminal: Terminal, options: InventoryOptions): Promise<ExitCode> {
  const format = oneOf('--format', options.format, ['table', 'json']);
  const found = await findInventory(terminal, options);
  if (format === 'json') terminal.out(`${JSON.stringify(found, null, 2)}\n`);
  else
    terminal.out(
      inventoryText(found, terminal.style, options.all === true ? Number.POSITIVE_INFINITY : shownPerReason),
    );
  return found.objects.length === 0 ? ExitCode.NothingJudged : ExitCode.Good;
}

async function findInventory(terminal: Terminal, options: InventoryOptions): Promise<Inventory> {
  if (options.server !== undefined && options.snapshot.length > 0) {
    throw PlumblineError.badInput(
      '--server and --snapshot exclude each other.',
      'Give the one that holds the snapshot.',
    );
  }
  if (options.server !== undefined) return fromServer(options.server, options.cluster);
  if (options.snapshot.length > 0) {
    const { inventoryOfFiles } = await import('../inventory-of-files.js');
    return inventoryOfFiles(options.snapshot, { compat: options.compat, cluster: options.cluster, warn: terminal.err });
  }
  throw PlumblineError.badInput(
    'There is no snapshot to look at.',
    'Give --snapshot FILE (what kubectl get -o json printed, or a journal) or --server URL (a running plumbline serve).',
  );
}

const clusterList = z.object({ clusters: z.array(z.object({ clusterId: z.string() })) });

async function fromServer(server: string, cluster: string | undefined): Promise<Inventory> {
  const base = serverUrl(server);
  const clusterId = cluster ?? (await onlyCluster(base));
  const response = await get(new URL(`api/clusters/${encodeURIComponent(clusterId)}/inventory`, base));
  if (response.status === 404) {
    throw PlumblineError.badInput(
      `The server at ${base.href} holds no snapshot of a cluster '${clusterId}'.`,
      'Has the agent uploaded yet?',
    );
  }
  if (!response.ok)
    throw PlumblineError.harnessFault(`${response.url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Inventory;
}

async function onlyCluster(base: URL): Promise<string> {
  const response = await get(new URL('api/clusters', base));
  if (!response.ok)
    throw PlumblineError.harnessFault(`${response.url} answered ${response.status}: ${await response.text()}`);
  const ids = clusterList.parse(await response.json()).clusters.map((one) => one.clusterId);
  const [first, ...others] = ids;
  if (first === undefined) {
    throw new PlumblineError(`The server at ${base.href} knows no cluster.`, {
      exitCode: ExitCode.NothingJudged,
      hint: 'Point an agent at it first.',
    });
  }
  if (others.length > 0) {
    throw PlumblineError.badInput(
      `The server knows ${ids.length} clusters.`,
      `Choose one with --cluster: ${ids.slice(0, 20).join(', ')}`,
    );
  }
  return first;
}

function serverUrl(text: string): URL {
  try {
    return new URL(text.includes('://') ? (text.endsWith('/') ? text : `${text}/`) : `http://${text}/`);
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
