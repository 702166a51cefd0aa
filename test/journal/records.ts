import type { JournalDamage } from '../../src/journal/journal-damage.js';
import { readJournal } from '../../src/journal/journal-reader.js';
import type { CallRecord, JournalRecord, StartRecord } from '../../src/journal/record.js';

export const startRecord: StartRecord = {
  kind: 'start',
  time: 1_700_000_000_000,
  compat: 'v7',
  clusters: ['d-1'],
  maxMessage: 104_857_600,
  strictPackages: false,
};

export function callRecord(seq: number, request: Uint8Array = Buffer.from(`request ${seq}`)): CallRecord {
  return {
    kind: 'call',
    seq,
    time: 1_700_000_000_000 + seq,
    duration: 0.5,
    peer: '127.0.0.1:5000',
    path: '/agent.Synchronizer/KubernetesAPISync',
    metadata: [
      ['user-agent', 'grpc'],
      ['x-bin', 'AAE='],
    ],
    outcome: 'unary',
    request,
    response: Buffer.from([8, 1]),
    status: 0,
    statusMessage: '',
  };
}

export interface ReadBack {
  readonly records: readonly JournalRecord[];
  readonly damages: readonly JournalDamage[];
}

export async function readBack(path: string): Promise<ReadBack> {
  const damages: JournalDamage[] = [];
  const records: JournalRecord[] = [];
  for await (const record of readJournal(path, (damage) => damages.push(damage))) {
    records.push(record);
  }
  return { records, damages };
}

/** `seq` of the calls, to compare sequences by. */
export function seqs(records: readonly JournalRecord[]): readonly number[] {
  return records.flatMap((record) => (record.kind === 'call' ? [record.seq] : []));
}
