import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/conformance/catalogue.js';
import { type JudgedServer, startJudgedServer } from '../../src/conformance/judged-server.js';
import { storedSnapshots } from '../../src/conformance/offline.js';
import { verdictEnding } from '../../src/conformance/verdict-ending.js';
import type { RunningServer } from '../../src/server/fake-server.js';
import { answered } from '../../src/server/model/call-outcome.js';
import { createServerModel, type ServerModel } from '../../src/server/model/server-model.js';
import { checkedModel } from '../../src/server/self-check/checked-model.js';
import type { SelfCheckFault } from '../../src/server/self-check/self-check.js';
import { messageType } from '../../src/wire/protos.js';
import { temporaryDirectory } from '../journal/temporary-directory.js';
import { connect, someEntries } from './support/grpc-client.js';
import { agentOne } from './support/model-client.js';
import { startServer } from './support/running-server.js';

const upload = { clusterId: 'shop', version: 5n, agentId: 1, entries: someEntries };

async function sync(server: RunningServer, request: object = agentOne) {
  const bytes = messageType('agent.SyncRequest').encode(request);
  const response = await connect(server.grpc).unary('/agent.Synchronizer/Sync', bytes);
  return messageType('agent.SyncResponse').decode(response);
}

describe('RunningServer.change', () => {
  it('takes effect at once, and stands in the journal among the calls', async () => {
    const directory = temporaryDirectory();
    const { server, records } = await startServer({ clusters: ['shop'], journal: { directory, fsync: false } });
    await connect(server.grpc).sync(upload);
    const lcuuid = server.model.domains()[0]?.lcuuid ?? '';
    expect(await server.change({ kind: 'delete-domain', lcuuid })).toEqual({ ok: true, lcuuid });
    expect(server.model.cluster('shop', server.clock.now())).toMatchObject({ registered: false });
    expect(await server.change({ kind: 'delete-domain', lcuuid })).toMatchObject({
      ok: false,
      status: 'RESOURCE_NOT_FOUND',
    });
    await server.change({ kind: 'create-group', name: 'macvlan' });
    expect(records.map((record) => (record.kind === 'change' ? record.change.kind : record.kind))).toEqual([
      'start',
      'call',
      'delete-domain',
      'create-group',
    ]);
    await server.close({ graceMs: 0 });
    expect(await storedSnapshots(directory, () => {})).toMatchObject([{ clusterId: 'shop', registered: false }]);
  });

  it('reaches agents with their next call, and outlives a restart', async () => {
    const { server } = await startServer();
    await sync(server);
    const group = server.model.groups()[0]?.lcuuid ?? '';
    const yaml = 'inputs: {cbpf: {common: {capture_mode: 1}}}';
    await server.change({ kind: 'put-configuration', group, generation: 'v7', mode: 'create', yaml });
    expect((await sync(server)).user_config).toContain('capture_mode: 1');
    await server.faults.apply({ kind: 'restart' });
    const { user_config: config, dynamic_config: dynamic } = await sync(server);
    expect([config?.includes('capture_mode: 1'), dynamic?.agent_id]).toEqual([true, 1]);
  });
});

describe('a server that holds its answers against what agents demand', () => {
  async function judged(act: (run: JudgedServer) => Promise<unknown>) {
    const run = await startJudgedServer({
      ...{ compat: 'v7', clusters: [], strictPackages: false, clusterRegistered: true },
      ...{ listen: { host: '127.0.0.1', port: 0 }, rules: catalogue(), selfCheck: true },
    });
    await act(run);
    return run.close({ graceMs: 0 });
  }

  it('has nothing to say of good ones, whatever a client claims', async () => {
    const verdict = await judged(async ({ server }) => {
      for (const size of [undefined, 0, 1, 2 ** 40]) {
        await sync(server, { ...agentOne, ...(size === undefined ? {} : { current_grpc_buffer_size: size }) });
      }
    });
    expect(verdict.faults).toEqual([]);
  });

  it('makes a broken demand a fault of the run', async () => {
    const verdict = await judged(async ({ judge }) => judge.addFault('self-check sync/size: broken'));
    expect(verdict.faults).toEqual(['self-check sync/size: broken']);
    expect(verdictEnding(verdict)).toBe('harness-fault');
  });

  it('tells it by check, call and field, and answers all the same', () => {
    const model = createServerModel({ compat: 'v7', clusters: [], strictPackages: false });
    const response = messageType('agent.SyncResponse').encode({ status: 'SUCCESS', user_config: '{}' });
    const faults: SelfCheckFault[] = [];
    const broken: ServerModel = {
      ...model,
      apply: () => answered(response),
      pushAnswer: () => ({ kind: 'failed' as const, response }),
    };
    const checked = checkedModel(broken, (fault) => faults.push(fault));
    const call = {
      seq: 1,
      time: 1,
      path: '/agent.Synchronizer/Sync',
      outcome: 'unary',
      request: Buffer.alloc(0),
    } as const;
    expect(checked.apply(call).response).toBe(response);
    expect(faults).toMatchObject([
      { check: 'sync/dynamic-config', call: call.path, field: 'dynamic_config' },
      { field: 'dynamic_config.enabled' },
      { field: 'dynamic_config.kubernetes_api_enabled' },
      { field: 'dynamic_config.agent_type' },
    ]);
    checked.pushAnswer({ ...call, path: '/agent.Synchronizer/Push' });
    expect(faults[4]).toMatchObject({ call: '/agent.Synchronizer/Push' });
  });
});

describe('a strict server of v7', () => {
  it('tells old agents that they are too old, and has nothing else for them', async () => {
    const { server } = await startServer({ strictPackages: true });
    const client = connect(server.grpc);
    const request = messageType('trident.SyncRequest').encode({ ...agentOne, revision: 'v6.5' });
    const answer = await client.unary('/trident.Synchronizer/Sync', request);
    expect(messageType('trident.SyncResponse').decode(answer)).toEqual({ status: 'FAILED', revision: 'v6.5' });
    await expect(client.unary('/trident.Synchronizer/GenesisSync', Buffer.alloc(0))).rejects.toMatchObject({
      code: 12,
    });
    await expect(client.unary('/trident.Debug/DebugAgentCache', Buffer.alloc(0))).rejects.toMatchObject({ code: 12 });
  });
});
