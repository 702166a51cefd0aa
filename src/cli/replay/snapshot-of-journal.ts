import { snapshotJson } from '../../conformance/analysis/snapshot-json.js';
import { storedSnapshots } from '../../conformance/offline.js';
import { JournalError } from '../../journal/journal-error.js';
import { PlumblineError } from '../plumbline-error.js';

/**
 * The objects of the snapshot that the server held when its journal ended, by type string.
 *
 * @throws PlumblineError (bad input) where the journal holds none, or those of several clusters
 */
export async function snapshotOfJournal(path: string, shown: string, warn: (text: string) => void): Promise<unknown> {
  const snapshots = await storedSnapshots(path, (damage) => warn(`${damage.message}\n`)).catch((thrown: unknown) => {
    if (thrown instanceof JournalError) throw PlumblineError.badInput(thrown.message, undefined, thrown);
    throw thrown;
  });
  const [snapshot, another] = snapshots;
  if (snapshot === undefined) {
    throw PlumblineError.badInput(`${shown}: when this journal ended, the server held no snapshot.`);
  }
  if (another !== undefined) {
    const ids = snapshots.map(({ clusterId }) => clusterId).join(', ');
    throw PlumblineError.badInput(
      `${shown} holds snapshots of ${snapshots.length} clusters: ${ids}.`,
      'Serve one cluster per journal, or get the snapshot of one from /api/clusters/ID/snapshot.',
    );
  }
  return JSON.parse(Buffer.from(snapshotJson(snapshot.request)).toString('utf8'));
}
