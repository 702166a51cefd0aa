import { describe, expect, it } from 'vitest';
import { createServerModel, type ModelCall } from '../../../src/server/model/server-model.js';
import type { ServerSettings } from '../../../src/server/model/server-state.js';
import { decodeSyncResponse, encodeSyncRequest } from '../../../src/wire/call-messages.js';
import { someEntries } from '../support/grpc-client.js';

const settings: ServerSettings = { compat: 'v7', clusters: ['c'], strictPackages: false };
const path = '/agent.Synchronizer/KubernetesAPISync';

function call(request: Uint8Array, rest: Partial<ModelCall> = {}): ModelCall {
  return { seq: 1, time: 1000, path, outcome: 'unary', request, ...rest };
}

const upload = encodeSyncRequest({ clusterId: 'c', version: 5n, agentId: 1, entries: someEntries });

describe('createServerModel', () => {
  it('gives the same outcomes for the same calls', () => {
    const play = () => {
      const model = createServerModel(settings);
      return [upload, encodeSyncRequest({ clusterId: 'c', version: 6n, agentId: 1 }), Buffer.from([0x0a, 9])].map(
        (request, index) => model.apply(call(request, { seq: index + 1 })),
      );
    };
    expect(play()).toEqual(play());
  });

  it('takes in nothing but whole messages of rpcs that it plays', () => {
    const model = createServerModel(settings);
    for (const outcome of ['incomplete', 'too-large', 'refused', 'unknown-method'] as const) {
      expect(model.apply(call(upload, { outcome }))).toMatchObject({ status: 12, sync: null });
    }
    expect(model.apply(call(upload, { path: '/agent.Synchronizer/Push' }))).toMatchObject({ status: 12 });
    expect(model.apply(call(upload, { path: '/agent.Synchronizer/constructor' }))).toMatchObject({ status: 12 });
    expect(model.cluster('c', 1000)?.stored).toBeNull();
  });

  it('refuses a message that is not protobuf, as a server in Go does', () => {
    const model = createServerModel(settings);
    const outcome = model.apply(call(upload.subarray(0, upload.length - 1)));
    expect(outcome).toMatchObject({ status: 13, response: new Uint8Array(0), sync: { effect: 'none' } });
    expect(outcome.statusMessage).toMatch(/^grpc: failed to unmarshal the received message: /);
    expect(model.counts().clusters).toBe(0);
  });

  it('answers only its own package where it is strict', () => {
    for (const [compat, own] of [
      ['doc', 'trident'],
      ['v6.5', 'trident'],
      ['v7', 'agent'],
    ] as const) {
      const model = createServerModel({ ...settings, compat, strictPackages: true });
      for (const name of ['agent', 'trident']) {
        const { status } = model.apply(call(upload, { path: `/${name}.Synchronizer/KubernetesAPISync` }));
        expect(status).toBe(name === own ? 0 : 12);
      }
    }
  });

  it('knows teams by name', () => {
    const withTeam = encodeSyncRequest({
      clusterId: 'c',
      version: 5n,
      agentId: 1,
      teamId: 't-1',
      entries: someEntries,
    });
    expect(createServerModel(settings).apply(call(withTeam)).sync?.effect).toBe('dropped');
    const model = createServerModel({ ...settings, teams: ['t-1'] });
    expect(model.apply(call(withTeam)).sync?.effect).toBe('stored');
  });

  it('lists what it holds, and says whether a domain exists', () => {
    const model = createServerModel(settings);
    model.apply(call(encodeSyncRequest({ clusterId: 'stray', version: 1n, entries: someEntries })));
    expect(model.clusters(2000)).toMatchObject([
      { clusterId: 'c', registered: true, domain: 'k8s-c', stored: null },
      { clusterId: 'stray', registered: false, domain: null, stored: { version: 1n } },
    ]);
    expect(model.clusters(1000 + 86_400_001)[1]?.stored).toBeNull();
    expect(model.cluster('nobody', 0)).toBeNull();
    const doc = createServerModel({ ...settings, compat: 'doc' });
    doc.apply(call(encodeSyncRequest({ clusterId: 'stray', version: 1n, entries: someEntries })));
    expect(doc.cluster('stray', 1000)?.registered).toBe(true);
  });

  it('does not fill the memory with cluster ids of any length or number', () => {
    const model = createServerModel(settings);
    const long = 'x'.repeat(1_000_000);
    model.apply(call(encodeSyncRequest({ clusterId: long, version: 1n, entries: someEntries })));
    expect(model.clusters(1000).every(({ clusterId }) => clusterId.length < 400)).toBe(true);
    expect(model.cluster(long, 1000)?.stored?.version).toBe(1n);
    expect(model.cluster(`${long}y`, 1000)).toBeNull();
    for (let index = 0; index < 10_000; index++) {
      model.apply(call(encodeSyncRequest({ clusterId: `c${index}`, version: 1n, agentId: 1, entries: someEntries })));
    }
    expect(model.counts()).toMatchObject({ clusters: 10_001, forgottenClusters: 0 });
    const heartbeat = model.apply(call(encodeSyncRequest({ clusterId: 'c77', version: 1n, agentId: 1 })));
    expect(decodeSyncResponse(heartbeat.response)).toBe(1n);
  });

  it('refuses a group configuration that is no mapping', () => {
    expect(() => createServerModel({ ...settings, groupConfig: '- a' })).toThrow(/must be a YAML mapping/);
    expect(() => createServerModel({ ...settings, groupConfig: 'a: [' })).toThrow(/is not YAML/);
  });
});
