import type { SavedCluster } from '../model/saved-state.js';
import type { StateOp } from './state-tables.js';

/** Fields that tell when something was heard of last. */
const times: Readonly<Record<string, string>> = { agents: 'syncedAt', seats: 'heard', genesis: 'heard' };

/**
 * Whether somebody may rely on what was written. An answer promises nothing about when an agent was heard of last, so that a power loss
 * may take a second of that back.
 */
export function isReliedOn([table, , set]: StateOp, before: object | null, now: object | null): boolean {
  if (before === null || set === null) return true;
  if (table === 'clusters' || table === 'prometheus') return withoutTimes(before) !== withoutTimes(now);
  return Object.keys(set).some((field) => field !== times[table]);
}

function withoutTimes(cluster: object | null): string {
  const { handshake, stored } = cluster as SavedCluster;
  const { version, errorMsg, seq } = stored ?? {};
  return JSON.stringify([handshake?.version, version, errorMsg, seq]);
}
