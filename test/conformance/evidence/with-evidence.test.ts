import { describe, expect, it } from 'vitest';
import { pruneEvidence, wantedCalls, withEvidence } from '../../../src/conformance/evidence/with-evidence.js';
import type { Verdict } from '../../../src/conformance/verdict.js';
import type { CallRecord } from '../../../src/journal/record.js';
import { encodeEntry } from '../../../src/wire/entry-codec.js';
import { messageType } from '../../../src/wire/protos.js';
import { sampleFinding, sampleRule, sampleVerdict } from '../../report/support/sample-verdict.js';

const path = '/agent.Synchronizer/KubernetesAPISync';

function call(seq: number, request: Uint8Array, more: Partial<CallRecord> = {}): CallRecord {
  return {
    ...{ kind: 'call', seq, time: 1_000_000 + seq * 100, duration: 5, peer: '127.0.0.1:5000', path, metadata: [] },
    ...{ outcome: 'unary', request, response: new Uint8Array(0), status: 0, statusMessage: '', ...more },
  } as CallRecord;
}

const upload = messageType('agent.KubernetesAPISyncRequest').encode({
  cluster_id: 'c1',
  version: 7,
  error_msg: 'list pods: Authorization: Bearer abcdefgh12345678',
  entries: [
    { type: '*v1.Pod', compressed_info: encodeEntry({ metadata: { name: 'cart' } }) },
    { type: '*v1.ConfigMap', compressed_info: encodeEntry({ metadata: { name: 'c' }, data: { key: 'hidden-value' } }) },
    { type: '*v1.Pod', compressed_info: Buffer.from('not zlib') },
  ],
});

function verdictOn(findings: readonly ReturnType<typeof sampleFinding>[]): Verdict {
  const { evidence: _none, ...rest } = sampleVerdict;
  const rules = [sampleRule('entry/unique', { status: 'failed', findings, total: findings.length })];
  return { ...rest, rules, times: { startedAt: 1_000_000, durationMs: 5_000 } };
}

describe('withEvidence', () => {
  it('shows the requests and entries that findings point at, decoded and masked', () => {
    const verdict = verdictOn([
      sampleFinding({ request: 3, entry: 1 }),
      sampleFinding({ request: 3, entry: 2 }),
      sampleFinding({ request: 0 }),
    ]);
    expect([...wantedCalls(verdict)]).toEqual([3]);
    const { evidence = [] } = withEvidence(verdict, (seq) => call(seq, upload));
    const [shown] = evidence;
    expect(evidence).toHaveLength(1);
    expect(shown).toMatchObject({ request: 3, scenario: 'pod-deleted', at: 300, path, bytes: upload.length });
    expect(JSON.parse(shown?.message ?? '')).toEqual({
      cluster_id: 'c1',
      version: '7',
      error_msg: 'list pods: Authorization: ***',
      entries: { '*v1.Pod': 2, '*v1.ConfigMap': 1 },
    });
    expect(shown?.entries.map(({ index, type }) => `${index} ${type}`)).toEqual(['1 *v1.ConfigMap', '2 *v1.Pod']);
    expect(JSON.stringify(shown)).not.toContain('hidden-value');
    expect(shown?.entries[1]?.text).toMatch(/^cannot be read: /);
  });

  it('shows other messages, broken ones and unknown methods as far as they go', () => {
    const sync = messageType('agent.SyncRequest').encode({ ctrl_ip: '10.0.0.1', kubernetes_cluster_id: 'c1' });
    const calls = [
      call(1, sync, { path: '/agent.Synchronizer/Sync' }),
      call(2, Buffer.from([0x0a, 0xff]), { path: '/agent.Synchronizer/Sync' }),
      call(3, upload, { path: '/nobody/Knows' }),
      call(4, upload.subarray(0, 30)),
    ];
    const verdict = verdictOn(calls.slice(0, 3).map(({ seq }) => sampleFinding({ request: seq })));
    const { evidence = [] } = withEvidence(verdict, (seq) => calls[seq - 1] ?? null);
    expect(JSON.parse(evidence[0]?.message ?? '')).toMatchObject({ ctrl_ip: '10.0.0.1' });
    expect(evidence[1]?.message).toMatch(/^cannot be decoded: /);
    expect(evidence[2]?.message).toContain('knows no such method');
    const broken = withEvidence(verdictOn([sampleFinding({ request: 4 })]), () => calls[3] ?? null);
    expect(broken.evidence?.[0]?.message).toContain('breaks off: ');
  });

  it('leaves out what is not known any more, and is bounded', () => {
    const verdict = verdictOn([sampleFinding({ request: 1 }), sampleFinding({ request: 2 })]);
    expect(withEvidence(verdict, () => null)).toBe(verdict);
    const many = Array.from({ length: 300 }, (_, i) =>
      sampleRule(`entry/rule-${i}`, { status: 'failed', findings: [sampleFinding({ request: i + 1 })] }),
    );
    const { evidence = [] } = withEvidence({ ...verdict, rules: many }, (seq) => call(seq, upload));
    expect(evidence).toHaveLength(100);
  });

  it('is pruned to what the findings of a merged verdict point at', () => {
    const verdict = withEvidence(verdictOn([sampleFinding({ request: 1 }), sampleFinding({ request: 2 })]), (seq) =>
      call(seq, upload),
    );
    const merged = { ...verdict, rules: verdictOn([sampleFinding({ request: 2 })]).rules };
    expect(pruneEvidence(merged).evidence?.map(({ request }) => request)).toEqual([2]);
    expect(pruneEvidence({ ...merged, rules: [] })).not.toHaveProperty('evidence');
  });
});
