import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { catalogue } from '../../../src/conformance/catalogue.js';
import { startJudgedServer } from '../../../src/conformance/judged-server.js';
import { judgeJournal } from '../../../src/conformance/offline.js';
import { readJournal } from '../../../src/journal/journal-reader.js';
import type { JournalRecord } from '../../../src/journal/record.js';
import type { RunningServer } from '../../../src/server/fake-server.js';
import { messageType } from '../../../src/wire/protos.js';
import { connect } from '../support/grpc-client.js';
import { startServer } from '../support/running-server.js';
import { streamClient, until } from './support.js';

const answerType = messageType('agent.SyncResponse');
const agent = {
  ...{ ctrl_ip: '10.0.0.1', ctrl_mac: '02:00:00:00:00:01', host: 'n1', process_name: 'deepflow-agent-ce' },
  kubernetes_cluster_id: 'shop',
};
const requestOf = (more: object = {}) => messageType('agent.SyncRequest').encode({ ...agent, ...more });

async function registered(server: RunningServer, request = requestOf()) {
  const client = connect(server.grpc);
  const sync = async () => answerType.decode(await client.unary('/agent.Synchronizer/Sync', request));
  await sync();
  return sync();
}

describe('Push of a whole server', () => {
  it('opens with what Sync answers, and tells a new configuration', async () => {
    const { server } = await startServer();
    const synced = await registered(server);
    const stream = streamClient(server.grpc).open('/agent.Synchronizer/Push', requestOf());
    const opening = answerType.decode(await stream.next());
    expect(opening).toEqual(synced);
    const [group] = server.model.groups();
    const yaml = 'inputs:\n  cbpf:\n    af_packet:\n      interface_regex: net1\n';
    await server.change({
      ...{ kind: 'put-configuration', group: group?.lcuuid ?? '', generation: 'v7', yaml, mode: 'create' },
    });
    const told = answerType.decode(await stream.next());
    expect(parse(told.user_config ?? '')).toMatchObject({
      inputs: { cbpf: { af_packet: { interface_regex: 'net1' } } },
    });
    expect(parse(opening.user_config ?? '')).not.toMatchObject({ inputs: { cbpf: expect.anything() } });
  });

  it('ends at once for processes that are no agents', async () => {
    const { server } = await startServer();
    await registered(server);
    const stream = streamClient(server.grpc).open('/agent.Synchronizer/Push', requestOf({ process_name: 'my-agent' }));
    expect(await stream.status).toMatchObject({ code: 0 });
    expect(stream.received).toEqual([]);
  });
});

describe('Upgrade of a whole server', () => {
  it('gives what Sync announces', async () => {
    const content = Buffer.from('an executable');
    const { server } = await startServer({ upgrade: { revision: 'main 7', package: content } });
    const request = requestOf({ kubernetes_cluster_id: '' });
    expect(await registered(server, request)).toMatchObject({ revision: 'main 7', self_update_url: 'grpc' });
    const upgrade = messageType('agent.UpgradeRequest').encode({ ctrl_ip: agent.ctrl_ip, ctrl_mac: agent.ctrl_mac });
    const stream = streamClient(server.grpc).open('/agent.Synchronizer/Upgrade', upgrade);
    expect(messageType('agent.UpgradeResponse').decode(await stream.next())).toMatchObject({ content, pkt_count: 1 });
  });
});

describe('the admin port', () => {
  it('has agents execute commands, and counts streams', async () => {
    const { server } = await startServer({ admin: { host: '127.0.0.1', port: 0 } });
    const post = (body: unknown) =>
      fetch(`http://${server.admin}/api/remote-execute`, { method: 'POST', body: JSON.stringify(body) });
    const order = { agent: { ip: agent.ctrl_ip, mac: agent.ctrl_mac }, order: { kind: 'run', command: 'date' } };
    expect((await post(order)).status).toBe(404);
    expect((await post({ ...order, order: { kind: 'run' } })).status).toBe(400);

    const stream = streamClient(server.grpc).openBidi('/agent.Synchronizer/RemoteExecute');
    const response = messageType('agent.RemoteExecResponse');
    stream.send(response.encode({ agent_id: order.agent }));
    await stream.next();
    const posted = post(order);
    const asked = messageType('agent.RemoteExecRequest').decode(await stream.next());
    expect(asked).toMatchObject({ exec_type: 'RUN_COMMAND', command_ident: 'date' });
    const command_result = { content: Buffer.from('today'), pkt_count: 1 };
    stream.send(response.encode({ agent_id: order.agent, request_id: asked.request_id ?? '', command_result }));
    const answered = await posted;
    expect(await answered.json()).toMatchObject({ kind: 'output', errno: 0, text: 'today', pieces: 1 });

    const metrics = await (await fetch(`http://${server.admin}/metrics`)).text();
    expect(metrics).toContain('plumbline_open_streams{path="/agent.Synchronizer/RemoteExecute"} 1');
    expect(metrics).toContain(
      'plumbline_stream_messages_total{path="/agent.Synchronizer/RemoteExecute",direction="received"} 2',
    );
    expect(server.status()).toMatchObject({
      openCalls: 1,
      streams: { open: { '/agent.Synchronizer/RemoteExecute': 1 } },
    });
  });

  it('counts the streams that were dropped, by reason', async () => {
    const { server } = await startServer({
      admin: { host: '127.0.0.1', port: 0 },
      streamLimits: { silenceMs: 50, sweepMs: 10 },
    });
    const stream = streamClient(server.grpc).openBidi('/agent.Synchronizer/RemoteExecute');
    expect((await stream.status).code).toBe(8);
    const metrics = await (await fetch(`http://${server.admin}/metrics`)).text();
    expect(metrics).toContain(
      'plumbline_streams_dropped_total{path="/agent.Synchronizer/RemoteExecute",reason="silent"} 1',
    );
    expect(metrics).toContain('plumbline_open_streams{path="/agent.Synchronizer/RemoteExecute"} 0');
  });
});

describe('a journal with streams', () => {
  it('is judged again to the same verdict', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'plumbline-test-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const rules = catalogue();
    const judged = await startJudgedServer({
      ...{ compat: 'v7', clusters: [], strictPackages: false, rules, clusterRegistered: false },
      listen: { host: '127.0.0.1', port: 0 },
      journal: { directory, fsync: false },
    });
    await registered(judged.server);
    const client = streamClient(judged.server.grpc);
    const push = client.open('/agent.Synchronizer/Push', requestOf());
    await push.next();
    const [group] = judged.server.model.groups();
    await judged.server.change({
      ...{
        kind: 'put-configuration',
        group: group?.lcuuid ?? '',
        generation: 'v7',
        yaml: 'global: {}\n',
        mode: 'create',
      },
    });
    await push.next();
    const remote = client.openBidi('/agent.Synchronizer/RemoteExecute');
    remote.send(messageType('agent.RemoteExecResponse').encode({ agent_id: { ip: '10.0.0.1', mac: 'm' } }));
    await remote.next();
    push.call.cancel();
    await until(() => judged.server.status().openCalls === 1);
    const live = await judged.close({ graceMs: 1_000 });
    const damages: unknown[] = [];
    const offline = await judgeJournal(directory, { rules, onDamage: (damage) => damages.push(damage) });
    expect(damages).toEqual([]);
    expect(offline).toEqual(live);
    const records: JournalRecord[] = [];
    for await (const record of readJournal(directory, () => {})) records.push(record);
    const streams = records.filter(({ kind }) => kind === 'stream' || kind === 'message');
    expect(streams.map((record) => ('path' in record ? record.path : record.kind))).toEqual([
      '/agent.Synchronizer/Push',
      'message',
      'message',
      '/agent.Synchronizer/RemoteExecute',
      'message',
      'message',
    ]);
    expect(
      records.flatMap((record) => (record.kind === 'call' && record.outcome === 'stream' ? [record] : [])),
    ).toMatchObject([
      { path: '/agent.Synchronizer/Push', status: 1, stream: { received: 1, sent: 2 } },
      { path: '/agent.Synchronizer/RemoteExecute', status: 14, stream: { received: 1, sent: 1 } },
    ]);
  });
});
