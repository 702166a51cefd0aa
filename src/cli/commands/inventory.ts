import type { Compat } from '../../kube/compat.js';
import type { Inventory } from '../../kube/inventory.js';
import { inventoryText } from '../../report/inventory-text.js';
import { ExitCode } from '../exit-code.js';
import { oneOf } from '../options.js';
import { PlumblineError } from '../plumbline-error.js';
import { fetchCluster } from '../serve-client.js';
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
  if (options.server !== undefined) {
    return (await fetchCluster(options.server, 'inventory', options.cluster, '--cluster')).json as Inventory;
  }
  if (options.snapshot.length > 0) {
    const { inventoryOfFiles } = await import('../inventory-of-files.js');
    return inventoryOfFiles(options.snapshot, { compat: options.compat, cluster: options.cluster, warn: terminal.err });
  }
  throw PlumblineError.badInput(
    'There is no snapshot to look at.',
    'Give --snapshot FILE (what kubectl get -o json printed, or a journal) or --server URL (a running plumbline serve).',
  );
}
