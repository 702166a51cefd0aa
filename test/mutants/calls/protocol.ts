import type { CallMutant } from '../call-mutant.js';
import { bumpVersions, changeRequests, positionOf, withoutCalls } from '../change-calls.js';
import { hasError, isUpload } from '../recording.js';

const hour = 3600;

/** Mutants of error/* and handshake/*. */
export const protocolMutants: readonly CallMutant[] = [
  {
    rule: 'error/report-is-kept',
    name: 'new-version',
    does: 'It reports an error with a new version and no entries, and uploads everything when asked to.',
    change: (calls) => {
      const begin = positionOf(calls, hasError);
      const after = positionOf(calls, (call) => !hasError(call), begin);
      const entries = calls[begin]?.request?.entries ?? [];
      return changeRequests(calls, ({ version, error_msg }, position) => {
        if (position === after) return { entries };
        return error_msg ? { version: String(BigInt(version ?? 0) + 1n), entries: [] } : {};
      });
    },
  },
  {
    rule: 'error/keeps-version-and-entries',
    name: 'new-version',
    does: 'It reports an error with the entries that it had under a new version, and keeps that version.',
    change: (calls) => bumpVersions(calls, positionOf(calls, hasError)),
  },
  {
    rule: 'handshake/full-resend-on-version-mismatch',
    name: 'never',
    does: 'After a change it sends the new version without entries, whatever the server answers.',
    change: (calls) => {
      const version = calls[positionOf(calls, isUpload)]?.request?.version;
      const changed = positionOf(calls, (call) => isUpload(call) && call.request?.version !== version);
      return changeRequests(calls, (_, position) => (position === changed ? { entries: [] } : {}));
    },
  },
  {
    rule: 'handshake/full-resend-after-server-restart',
    name: 'never',
    does: 'It goes on without entries after the server has forgotten everything.',
    change: (calls) => {
      const restart = positionOf(calls, ({ afterRestart }) => afterRestart === true);
      return changeRequests(calls, (_, position) => (position >= restart ? { entries: [] } : {}));
    },
  },
  {
    rule: 'handshake/resends-without-agent-id',
    name: 'heartbeats',
    does: 'It leaves agent_id out, and while nothing changes it sends no entries for 27 hours.',
    change: (calls) =>
      changeRequests(calls, () => ({ agent_id: 0 })).map((call, position) => ({ ...call, at: position * 9 * hour })),
  },
  {
    rule: 'handshake/cluster-registered',
    name: 'no-sync',
    does: 'It never calls Sync, in a run where nobody else makes the domain.',
    change: (calls) => withoutCalls(calls, ({ request }) => request === undefined),
  },
];
