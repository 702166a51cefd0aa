import { messageType } from '../../../src/wire/protos.js';
import type { CallMutant } from '../call-mutant.js';
import { bumpVersions, changeRequests, positionOf, replaceCall } from '../change-calls.js';
import { isHeartbeat, isUpload, type RecordedCall } from '../recording.js';

const hour = 3600;

export const requestMutants: readonly CallMutant[] = [
  {
    rule: 'request/well-formed',
    name: 'garbage',
    does: 'One request announces a text of 127 bytes and ends after one.',
    change: (calls) =>
      replaceCall(calls, isHeartbeat, ({ path = '' }) => [{ path, bytes: Uint8Array.of(0x0a, 0x7f, 0x61) }]),
  },
  {
    rule: 'request/cluster-id-present',
    name: 'without',
    does: 'It sends no cluster_id.',
    change: (calls) => changeRequests(calls, () => ({ cluster_id: '' })),
  },
  {
    rule: 'request/cluster-id-valid',
    name: 'dots',
    does: 'It names the cluster by a host name with dots.',
    change: (calls) => renamed(calls, 'demo_cluster.example.org'),
  },
  {
    rule: 'request/cluster-id-constant',
    name: 'changes',
    does: 'Its last request names another cluster, which it has registered.',
    change: (calls) => {
      const last = calls.findLastIndex(isHeartbeat);
      const renamedLast = renamed(calls.slice(last, last + 1), 'another-cluster');
      return [...renamed([syncOf(calls)], 'another-cluster'), ...calls.slice(0, last), ...renamedLast];
    },
  },
  {
    rule: 'request/cluster-id-as-configured',
    name: 'own',
    does: 'It names the cluster by an id of its own, the same in all calls.',
    change: (calls) => renamed(calls, 'another-cluster'),
  },
  {
    rule: 'request/version-present',
    name: 'without',
    does: 'It sends version 0.',
    change: (calls) => changeRequests(calls, () => ({ version: '0' })),
  },
  {
    rule: 'request/version-changes-with-content',
    name: 'stays',
    does: 'It keeps its version when the content changes.',
    change: (calls) => {
      const version = calls[positionOf(calls, isUpload)]?.request?.version ?? 1;
      return changeRequests(calls, () => ({ version }));
    },
  },
  {
    rule: 'request/version-stable-without-change',
    name: 'moves',
    does: 'It uploads everything under a new version though nothing that DeepFlow needs has changed.',
    change: (calls) => {
      const first = positionOf(calls, isUpload);
      const quiet = positionOf(calls, isHeartbeat, first) + 1;
      const entries = calls[first]?.request?.entries ?? [];
      return bumpVersions(
        changeRequests(calls, (_, position) => (position === quiet ? { entries } : {})),
        quiet,
      );
    },
  },
  {
    rule: 'request/entries-omitted-when-unchanged',
    name: 'always',
    does: 'It sends all entries with every request.',
    change: (calls) => {
      let entries = calls[positionOf(calls, isUpload)]?.request?.entries ?? [];
      return changeRequests(calls, (request) => {
        if (request.entries.length > 0) entries = request.entries;
        return { entries };
      });
    },
  },
  {
    rule: 'request/heartbeat-within-24h',
    name: 'day-off',
    does: 'It says nothing for 25 hours, after which the server has forgotten the cluster and is told everything.',
    change: (calls) => {
      const quiet = positionOf(calls, isHeartbeat) + 1;
      const entries = calls[positionOf(calls, isUpload)]?.request?.entries ?? [];
      const late = calls.map((call, position) => (position === quiet ? { ...call, at: quiet + 25 * hour } : call));
      return changeRequests(late, (_, position) => (position === quiet + 1 ? { entries } : {}));
    },
  },
  {
    rule: 'request/heartbeat-within-24h',
    name: 'pause',
    does: 'It says nothing for ten of its own intervals.',
    change: (calls) => {
      const quiet = positionOf(calls, isHeartbeat) + 1;
      return calls.map((call, position) => (position === quiet ? { ...call, at: quiet + 10 } : call));
    },
  },
  {
    rule: 'request/source-ip-present',
    name: 'without',
    does: 'It sends no source_ip.',
    change: (calls) => changeRequests(calls, () => ({ source_ip: '' })),
  },
  {
    rule: 'request/source-ip-valid',
    name: 'with-port',
    does: 'It sends its address with a port.',
    change: (calls) => changeRequests(calls, ({ source_ip }) => ({ source_ip: `${source_ip}:4711` })),
  },
  {
    rule: 'request/source-ip-valid',
    name: 'unspecified',
    does: 'It sends the address that its socket is bound to, 0.0.0.0.',
    change: (calls) => changeRequests(calls, () => ({ source_ip: '0.0.0.0' })),
  },
  {
    rule: 'request/agent-id-present',
    name: 'without',
    does: 'It leaves agent_id out, though Sync gave it one.',
    change: (calls) => changeRequests(calls, () => ({ agent_id: 0 })),
  },
  {
    rule: 'request/team-id-known',
    name: 'unknown',
    does: 'It names a team that the server does not have.',
    change: (calls) => changeRequests(calls, () => ({ team_id: 't-nobody' })),
  },
  {
    rule: 'request/single-reporter',
    name: 'two',
    does: 'A second one reports the same cluster from another machine, with versions of its own.',
    change: (calls) => {
      const own = calls[calls.findLastIndex(isUpload)];
      if (own?.request === undefined) return calls;
      const version = String(BigInt(own.request.version ?? 0) + 500n);
      const other = { ...own.request, version, source_ip: '10.0.0.10', agent_id: 2 };
      const repeated: RecordedCall = { path: own.path ?? '', peer: own.peer ?? '', request: own.request };
      return [...calls, { ...repeated, peer: '10.0.0.10:40002', request: other }, repeated];
    },
  },
];

function renamed(calls: readonly RecordedCall[], clusterId: string): readonly RecordedCall[] {
  return changeRequests(calls, () => ({ cluster_id: clusterId })).map((call) => {
    if (call.bytes === undefined) return call;
    const sync = messageType(call.path?.startsWith('/agent.') ? 'agent.SyncRequest' : 'trident.SyncRequest');
    return { ...call, bytes: sync.encode({ ...sync.decode(call.bytes), kubernetes_cluster_id: clusterId } as object) };
  });
}

function syncOf(calls: readonly RecordedCall[]): RecordedCall {
  const { path = '', bytes = new Uint8Array(0) } = calls[positionOf(calls, (call) => call.bytes !== undefined)] ?? {};
  return { path, bytes };
}
