import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AgentPush } from '../../src/conformance/agent-call.js';
import { createAgentCallReader, playedByScenario } from '../../src/conformance/agent-call-reading.js';
import { agentQuery, agentSync, syncAnswer } from '../../src/conformance/rules/common/example-agent.js';
import type { CallRecord, MessageRecord, StreamRecord } from '../../src/journal/record.js';
import { messageType } from '../../src/wire/protos.js';

const none = new Uint8Array(0);

function call(path: string, request: Uint8Array, more: Partial<CallRecord> = {}): CallRecord {
  return {
    kind: 'call',
    seq: 1,
    time: 1_000,
    duration: 5,
    peer: '10.0.0.9:1',
    path,
    metadata: [],
    outcome: 'unary',
    request,
    response: none,
    status: 0,
    statusMessage: '',
    ...more,
  };
}

const syncBytes = agentSync().bytes ?? none;
const sync = (more: Partial<CallRecord> = {}) => call('/agent.Synchronizer/Sync', syncBytes, more);
const opening: StreamRecord = {
  kind: 'stream',
  seq: 7,
  time: 1_000,
  peer: '10.0.0.9:1',
  path: '/agent.Synchronizer/Push',
  metadata: [],
  request: syncBytes,
};
const message = (bytes: Uint8Array, more: Partial<MessageRecord> = {}): MessageRecord => ({
  ...{ kind: 'message', seq: 7, time: 2_000, from: 'server', size: bytes.length, bytes },
  ...more,
});
const ended = call('/agent.Synchronizer/Push', none, { seq: 7, outcome: 'stream', status: 1 });

describe('reading Sync', () => {
  test('tells who calls, and what the agent is told', () => {
    const user_config = 'global: {communication: {proactive_request_interval: 2m}, ntp: {enabled: true}}';
    const response = syncAnswer({ user_config, version_acls: 5 });
    expect(createAgentCallReader().read(sync({ response }))).toMatchObject({
      kind: 'sync',
      ctrlIp: '10.0.0.9',
      processName: 'deepflow-agent-ce',
      answer: { agentId: 1, chosen: true, syncIntervalMs: 120_000, ntpEnabled: true, versions: { acls: '5' } },
    });
  });

  test('reads the fields of servers up to v6.5', () => {
    const request = messageType('trident.SyncRequest').encode({ ctrl_ip: '10.0.0.9', kubernetes_force_watch: true });
    const response = messageType('trident.SyncResponse').encode({
      config: { vtap_id: 3, kubernetes_api_enabled: true, sync_interval: 20, ntp_enabled: true },
    });
    expect(createAgentCallReader().read(call('/trident.Synchronizer/Sync', request, { response }))).toMatchObject({
      watchOnly: true,
      answer: { agentId: 3, chosen: true, syncIntervalMs: 20_000, ntpEnabled: true },
    });
  });

  test('a partial answer delivers a buffer size and no versions', () => {
    const response = syncAnswer({ only_partial_fields: true, new_grpc_buffer_size: 2_097_152, version_acls: 5 });
    expect(createAgentCallReader().read(sync({ response }))).toMatchObject({
      answer: { newBufferSize: '2097152', versions: { acls: '0' } },
    });
  });

  test('passes over what is no message, what failed, and the agents of scenarios', () => {
    const reader = createAgentCallReader();
    expect(reader.read(sync({ request: Uint8Array.of(0x0a, 0x7f) }))).toBeNull();
    expect(reader.read(sync({ outcome: 'incomplete' }))).toBeNull();
    expect(reader.read(sync({ metadata: [[playedByScenario, 'other-agent']] }))).toBeNull();
    expect(reader.read(call('/agent.Synchronizer/KubernetesAPISync', none))).toBeNull();
    expect(reader.read(sync({ status: 14 }))).toMatchObject({ kind: 'sync', answer: null });
    expect(reader.read(sync({ response: syncAnswer({ user_config: '{' }) }))).toMatchObject({
      answer: { syncIntervalMs: null },
    });
  });
});

describe('reading Push', () => {
  test('keeps what the server said until the stream ends', () => {
    const reader = createAgentCallReader();
    reader.opened(opening);
    reader.message(message(syncAnswer({ chosen: false })));
    reader.message(message(syncAnswer(), { time: 3_000 }));
    reader.message(message(syncAnswer(), { from: 'client' }));
    expect(reader.openPushes()).toMatchObject([{ seq: 7, agent: { kind: 'push', told: [{ time: 2_000 }, {}] } }]);
    expect(reader.read(ended)).toMatchObject({
      kind: 'push',
      told: [
        { time: 2_000, answer: { chosen: false } },
        { time: 3_000, answer: { chosen: true } },
      ],
    });
    expect(reader.openPushes()).toEqual([]);
  });

  test('passes over heartbeats, and says what is no longer known', () => {
    const reader = createAgentCallReader();
    reader.opened(opening);
    reader.message(message(messageType('agent.SyncResponse').encode({ status: 'HEARTBEAT' })));
    for (let time = 1; time <= 70; time++) reader.message(message(syncAnswer(), { time }));
    const { told } = reader.read(ended) as AgentPush;
    expect(told).toHaveLength(64);
    expect(told[0]).toEqual({ time: 7, answer: null });
    expect(told[1]).toMatchObject({ time: 8, answer: { chosen: true } });
    expect(told.at(-1)?.time).toBe(70);
  });

  test('does not guess at a message that was too long to be kept', () => {
    const reader = createAgentCallReader();
    reader.opened(opening);
    reader.message(message(syncAnswer(), { size: 1_000_000 }));
    expect(reader.read(ended)).toMatchObject({ told: [{ answer: null }] });
  });

  test('a stream that was refused tells who wanted it', () => {
    expect(createAgentCallReader().read({ ...ended, request: syncBytes })).toMatchObject({ kind: 'push', told: [] });
  });
});

describe('reading Query', () => {
  test('looks at the packet', () => {
    const read = (change?: (packet: Buffer) => Buffer) =>
      createAgentCallReader().read(call('/agent.Synchronizer/Query', agentQuery(change).bytes ?? none));
    expect(read()).toMatchObject({ length: 48, ntpVersion: 4, ntpMode: 3, hasTransmitTime: true });
    expect(read(() => Buffer.alloc(0))).toMatchObject({ length: 0, ntpVersion: null, hasTransmitTime: false });
  });
});

test('never throws, whatever the bytes are', () => {
  const methods = fc.constantFrom('Sync', 'Push', 'GenesisSync', 'Query', 'Upgrade');
  const packages = fc.constantFrom('agent', 'trident');
  fc.assert(
    fc.property(packages, methods, fc.uint8Array(), fc.uint8Array(), (own, method, request, response) => {
      const reader = createAgentCallReader();
      const path = `/${own}.Synchronizer/${method}`;
      reader.read(call(path, request, { response }));
      reader.opened({ ...opening, path, request });
      reader.message(message(response));
      reader.read(call(path, request, { seq: 7, outcome: 'stream' }));
    }),
  );
});
