import type { CallRecord, JournalRecord, StartRecord } from '../../src/journal/record.js';
import { createServerModel } from '../../src/server/model/server-model.js';

export const epoch = Date.UTC(2026, 0, 1);

export function startRecord(more: Partial<StartRecord> = {}): StartRecord {
  const common = {
    time: epoch,
    compat: 'v7',
    clusters: ['demo'],
    maxMessage: 104_857_600,
    strictPackages: false,
  } as const;
  return { kind: 'start', ...common, judging: { clusterRegistered: true }, ...more };
}

/** Answered as the server would, one second after another. */
export function callRecords(requests: readonly Uint8Array[], start: StartRecord = startRecord()): JournalRecord[] {
  const model = createServerModel(start);
  const calls = requests.map((request, index): CallRecord => {
    const call = {
      seq: index + 1,
      time: start.time + index * 1000,
      path: '/agent.Synchronizer/KubernetesAPISync',
      outcome: 'unary',
      request,
    } as const;
    const { response, status, statusMessage } = model.apply(call);
    return { kind: 'call', ...call, duration: 10, peer: '10.0.0.9:1', metadata: [], response, status, statusMessage };
  });
  return [start, ...calls];
}
