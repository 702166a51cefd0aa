import { stat } from 'node:fs/promises';
import { createInThreadAnalyst } from '../conformance/in-thread-analyst.js';
import { storedSnapshots } from '../conformance/offline.js';
import type { JournalDamage } from '../journal/journal-damage.js';
import { JournalError } from '../journal/journal-error.js';
import type { Compat } from '../kube/compat.js';
import type { Entry } from '../kube/entry.js';
import type { Inventory } from '../kube/inventory.js';
import { readObject } from '../kube/read-object.js';
import { takeInventory } from '../kube/take-inventory.js';
import { PlumblineError } from './plumbline-error.js';
import type { SnapshotEntry } from './snapshot-document.js';
import { readSnapshotFiles } from './snapshot-files.js';

export interface InventoryOfFilesOptions {
  readonly compat: Compat;
  /** Which cluster of a journal; the id that files are shown under. */
  readonly cluster: string | undefined;
  /** What was left out is said here. */
  readonly warn: (text: string) => void;
}

/**
 * The inventory of a snapshot that lies in files, or of the last one in a journal. It counts as registered.
 *
 * @throws PlumblineError (bad input) for files that cannot be read as a snapshot
 */
export async function inventoryOfFiles(files: readonly string[], options: InventoryOfFilesOptions): Promise<Inventory> {
  const [first] = files;
  if (first !== undefined && (await holdsJournal(first))) {
    if (files.length > 1) {
      throw PlumblineError.badInput(
        `${first} is a journal; it cannot be put together with other files.`,
        'Give it alone.',
      );
    }
    return inventoryOfJournal(first, options);
  }
  const read = await readSnapshotFiles(files, { compat: options.compat });
  for (const { kind, apiVersion, count } of read.ignored) {
    options.warn(`left out: ${count} ${kind} (${apiVersion}); DeepFlow has no type for it\n`);
  }
  const snapshot = { clusterId: options.cluster ?? '', version: 0n, errorMsg: '', registered: true };
  return takeInventory({ ...snapshot, entries: read.entries.map(entryOf) }, options.compat).inventory;
}

/** A journal is a directory, or one of the files in it. */
export async function holdsJournal(path: string): Promise<boolean> {
  if (path.endsWith('.plj')) return true;
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // Not there: the reader of snapshots says so, with advice.
    return false;
  }
}

const noFacts = { compressedBytes: 0, inflatedBytes: 0, trailingBytes: 0, invalidUtf8: false };

function entryOf({ type, object }: SnapshotEntry, index: number): Entry {
  return { index, type, decoded: { facts: noFacts, failure: null, readings: readObject(type, object) } };
}

async function inventoryOfJournal(path: string, options: InventoryOfFilesOptions): Promise<Inventory> {
  const { compat } = options;
  const warn = (damage: JournalDamage) => options.warn(`${damage.message}\n`);
  const snapshots = await storedSnapshots(path, warn).catch((thrown: unknown) => {
    if (thrown instanceof JournalError) throw PlumblineError.badInput(thrown.message, undefined, thrown);
    throw thrown;
  });
  const ids = snapshots.map(({ clusterId }) => clusterId);
  const chosen =
    options.cluster === undefined ? snapshots : snapshots.filter(({ clusterId }) => clusterId === options.cluster);
  const [snapshot, another] = chosen;
  if (snapshot === undefined) {
    throw PlumblineError.badInput(
      options.cluster === undefined
        ? `${path}: when this journal ended, the server held no snapshot.`
        : `${path}: when this journal ended, the server held no snapshot of cluster '${options.cluster}'.`,
      ids.length === 0
        ? 'No call of KubernetesAPISync with entries was kept by it.'
        : `It held those of: ${ids.join(', ')}`,
    );
  }
  if (another !== undefined) {
    throw PlumblineError.badInput(
      `${path} holds snapshots of ${ids.length} clusters.`,
      `Choose one with --cluster: ${ids.join(', ')}`,
    );
  }
  const { clusterId, version, errorMsg, request } = snapshot;
  const analyst = createInThreadAnalyst({ context: { compat, clusterRegistered: true }, rules: [], now: () => 0 });
  try {
    const view = { compat, version, errorMsg, registered: true };
    const upload = { seq: 1, time: 0, clusterId, version, errorMsg, registered: true, stored: true, bytes: request };
    await analyst.analyse(upload);
    return JSON.parse(Buffer.from(await analyst.inventory(clusterId, view)).toString('utf8')) as Inventory;
  } finally {
    await analyst.close();
  }
}
