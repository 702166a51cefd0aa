import type { InventoryState, SnapshotFailure } from '../inventory.js';

/** Failures come in the order in which the server meets them, which is that of the states too. */
export function stateOf(failures: readonly SnapshotFailure[]): InventoryState {
  switch (failures[0]?.code) {
    case undefined:
      return 'shown';
    case 'unregistered':
      return 'unregistered';
    case 'no-entries':
      return 'empty';
    case 'error-msg':
      return 'frozen';
    default:
      return 'rejected';
  }
}

const opening: Readonly<Record<InventoryState, string>> = {
  shown: '',
  unregistered: 'The server holds the snapshot and shows nothing of it',
  empty: 'The server holds no snapshot of this cluster',
  frozen: 'The server keeps what it showed before',
  rejected: 'The server rejects the whole snapshot and keeps what it showed before',
};

export function reasonFor(state: InventoryState, failures: readonly SnapshotFailure[]): string {
  const first = failures[0];
  return first === undefined ? '' : `${opening[state]}: "${first.text}". ${first.detail}`;
}
