import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { messageType } from '../../src/wire/protos.js';
import { connect } from './support/grpc-client.js';
import { startServer } from './support/running-server.js';

const agent = { ctrl_ip: '10.0.0.1', ctrl_mac: '02:00:00:00:00:01', host: 'n1', kubernetes_cluster_id: 'shop' };

describe('agent.Synchronizer/Sync', () => {
  async function start(options = {}) {
    const { server } = await startServer(options);
    const client = connect(server.grpc);
    return {
      server,
      sync: async (request: object) =>
        messageType('agent.SyncResponse').decode(
          await client.unary('/agent.Synchronizer/Sync', messageType('agent.SyncRequest').encode(request)),
        ),
    };
  }

  it('registers an agent with its first call and tells its id with the second', async () => {
    const { sync } = await start();
    const first = await sync(agent);
    expect(first.dynamic_config).toEqual({ enabled: false, kubernetes_api_enabled: true, agent_type: 'TT_VM_POD' });
    expect(first.version_platform_data).toBeUndefined();
    expect((await sync(agent)).dynamic_config).toMatchObject({
      enabled: true,
      kubernetes_api_enabled: true,
      agent_id: 1,
    });
  });

  it('keeps the agent where it is, and adds the group configuration', async () => {
    const { server, sync } = await start({
      groupConfig: 'inputs:\n  cbpf:\n    x: 1\nglobal:\n  ntp:\n    enabled: true\n',
    });
    const [host, port] = server.grpc.split(':');
    expect(parse((await sync(agent)).user_config ?? '')).toEqual({
      inputs: { cbpf: { x: 1 } },
      global: {
        communication: {
          proxy_controller_ip: host,
          proxy_controller_port: Number(port),
          ingester_ip: host,
          ingester_port: 30033,
        },
        ntp: { enabled: true },
      },
    });
  });

  it('makes the domain of the cluster that the agent names', async () => {
    const { server, sync } = await start();
    await sync({ ...agent, kubernetes_cluster_name: 'the shop' });
    expect(server.model.cluster('shop', 0)).toMatchObject({ registered: true, domain: 'the shop' });
  });

  it('answers SUCCESS also where no domain can be made', async () => {
    const { server, sync } = await start();
    expect((await sync({ ...agent, kubernetes_cluster_id: 'my_shop' })).status).toBe('SUCCESS');
    expect(server.model.cluster('my_shop', 0)).toBeNull();
  });

  it('gives an agent that only watches the seat, but never an id', async () => {
    const { sync } = await start();
    await sync(agent);
    const watcher = { ...agent, ctrl_ip: '10.0.0.2', kubernetes_watch_policy: 'KWP_WATCH_ONLY' };
    expect((await sync(watcher)).dynamic_config).toMatchObject({ kubernetes_api_enabled: true });
    expect((await sync(watcher)).dynamic_config?.agent_id).toBeUndefined();
    expect((await sync(agent)).dynamic_config).toMatchObject({ kubernetes_api_enabled: false, agent_id: 1 });
  });

  it('fails for an unknown team', async () => {
    const { sync } = await start();
    expect(await sync({ ...agent, team_id: 't-x', revision: 'main 1' })).toMatchObject({
      status: 'FAILED',
      revision: 'main 1',
    });
  });
});

describe('trident.Synchronizer/Sync', () => {
  it('gives old agents their flat configuration', async () => {
    const { server } = await startServer({
      compat: 'v6.5',
      groupConfig: 'static_config:\n  kubernetes-resources:\n  - name: routes\n',
    });
    const client = connect(server.grpc);
    const request = messageType('trident.SyncRequest').encode(agent);
    await client.unary('/trident.Synchronizer/Sync', request);
    const { config } = messageType('trident.SyncResponse').decode(
      await client.unary('/trident.Synchronizer/Sync', request),
    );
    expect(config).toMatchObject({
      enabled: true,
      vtap_id: 1,
      kubernetes_api_enabled: true,
      proxy_controller_ip: '127.0.0.1',
    });
    expect(parse(config?.local_config ?? '')).toEqual({ 'kubernetes-resources': [{ name: 'routes' }] });
  });
});

describe.each(['agent', 'trident'] as const)('%s.Synchronizer/GetKubernetesClusterID', (name) => {
  async function ask(request: object) {
    const { server } = await startServer();
    const answer = await connect(server.grpc).unary(
      `/${name}.Synchronizer/GetKubernetesClusterID`,
      messageType(`${name}.KubernetesClusterIDRequest`).encode(request),
    );
    return { server, answer: messageType(`${name}.KubernetesClusterIDResponse`).decode(answer) };
  }

  it('gives the id of an MD5 and makes its domain', async () => {
    const { server, answer } = await ask({
      ca_md5: 'd41d8cd98f00b204e9800998ecf8427e',
      kubernetes_cluster_name: 'shop',
    });
    expect(answer).toEqual({ cluster_id: expect.stringMatching(/^d-[0-9a-zA-Z]{10}$/) });
    expect(server.model.cluster(answer.cluster_id ?? '', 0)).toMatchObject({ domain: 'shop' });
  });

  it('tells what is wrong with anything else', async () => {
    const { server, answer } = await ask({ ca_md5: 'abc' });
    expect(answer).toEqual({ error_msg: 'md5 (abc) is invaild' });
    expect(server.model.clusters(0)).toEqual([]);
  });
});
