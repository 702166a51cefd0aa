import { describe, expect, it } from 'vitest';
import type { MessageInput, MessageOutput } from '../../../src/wire/message-types.js';
import { messageType } from '../../../src/wire/protos.js';
import { agentOne, agentTwo, modelClient } from '../support/model-client.js';

const connection = {
  protocol: 'TCP_SERVICE',
  epc_id_1: 1,
  ipv4_1: 167_837_954,
  port_1: 80,
  epc_id_0: 1,
  ipv4_0: 167_837_953,
  port_0: 40_000,
} as const;

function client() {
  const made = modelClient();
  made.sync(agentOne);
  made.sync(agentTwo);
  const gpids = (request: MessageInput<'agent.GPIDSyncRequest'>): MessageOutput<'agent.GPIDSyncResponse'> =>
    messageType('agent.GPIDSyncResponse').decode(
      made.call('agent.Synchronizer/GPIDSync', messageType('agent.GPIDSyncRequest').encode(request)).response,
    );
  return { ...made, gpids };
}

describe('GPIDSync', () => {
  it('tells each agent the processes at both ends, once both have told their own', () => {
    const { gpids } = client();
    const [mine] = gpids({ agent_id: 1, entries: [{ ...connection, pid_0: 100 }] }).entries ?? [];
    expect([mine?.pid_0, mine?.pid_1]).toEqual([1, 0]);
    const [theirs] = gpids({ agent_id: 2, entries: [{ ...connection, pid_1: 200 }] }).entries ?? [];
    expect([theirs?.pid_0, theirs?.pid_1]).toEqual([1, 2]);
    const [again] = gpids({ agent_id: 1, entries: [{ ...connection, pid_0: 100 }] }).entries ?? [];
    expect([again?.pid_0, again?.pid_1, again?.port_1]).toEqual([1, 2, 80]);
  });

  it('forgets what an agent does not say any more', () => {
    const { gpids } = client();
    gpids({ agent_id: 2, entries: [{ ...connection, pid_1: 200 }] });
    gpids({ agent_id: 2, entries: [] });
    const [mine] = gpids({ agent_id: 1, entries: [{ ...connection, pid_0: 100 }] }).entries ?? [];
    expect(mine?.pid_1).toBe(0);
  });

  it('fills in what is left out since it equals the entry before, and leaves it out of the answer', () => {
    const { gpids } = client();
    const request = {
      agent_id: 1,
      entries_compress_algorithm: 'COMPRESS_ALGO_IGNORE_IF_EQUAL_TO_PREVIOUS' as const,
      entries: [
        { ...connection, pid_0: 100 },
        { protocol: 'TCP_SERVICE' as const, port_0: 40_001 },
      ],
    };
    const answer = gpids(request);
    expect(answer.entries_compress_algorithm).toBe('COMPRESS_ALGO_IGNORE_IF_EQUAL_TO_PREVIOUS');
    expect(answer.entries?.[1]).toMatchObject({ ipv4_1: 0, port_1: 0, port_0: 40_001, pid_0: 0 });
    const plain = gpids({ agent_id: 0, ctrl_ip: agentOne.ctrl_ip, ctrl_mac: agentOne.ctrl_mac });
    expect(plain.entries?.map(({ port_1, port_0, pid_0 }) => [port_1, port_0, pid_0])).toEqual([
      [80, 40_000, 1],
      [80, 40_001, 1],
    ]);
  });

  it('tells strangers nothing, and keeps nothing of them', () => {
    const { gpids, model } = client();
    expect(gpids({ agent_id: 99, entries: [{ ...connection, pid_0: 1 }] }).entries).toBeUndefined();
    expect(gpids({}).entries).toBeUndefined();
    expect(model.agents()).toHaveLength(2);
  });

  it('keeps no more than 10,000 entries of an agent', () => {
    const { gpids } = client();
    const entries = Array.from({ length: 10_001 }, (_, port_0) => ({ ...connection, port_0, pid_0: 1 }));
    expect(gpids({ agent_id: 1, entries }).entries).toHaveLength(10_000);
  });
});

describe.each(['agent', 'trident'] as const)('what the controller tells others, as %s', (name) => {
  function told() {
    const made = client();
    made.gpids({ agent_id: 1, entries: [{ ...connection, pid_0: 100 }] });
    return made;
  }

  it('shares what its agents told', () => {
    const { response } = told().call(`${name}.Synchronizer/ShareGPIDLocalData`, Buffer.alloc(0));
    const answer = messageType(`${name}.ShareGPIDSyncRequests`).decode(response);
    expect(answer).toMatchObject({
      server_ip: '127.0.0.1',
      sync_requests: [
        { ctrl_ip: '10.0.0.1', [name === 'agent' ? 'agent_id' : 'vtap_id']: 1, entries: [{ pid_0: 100 }] },
      ],
    });
  });

  it('shows the command-line tool its tables', () => {
    const made = told();
    const request = messageType(`${name}.GPIDSyncRequest`).encode({ ctrl_ip: '10.0.0.1', ctrl_mac: agentOne.ctrl_mac });
    const global = made.call(`${name}.Debug/DebugGPIDGlobalData`, request).response;
    expect(messageType(`${name}.GPIDGlobalData`).decode(global).entries).toMatchObject([
      { pid_0: 100, gpid_0: 1, port_1: 80 },
    ]);
    const method = name === 'agent' ? 'DebugGPIDAgentData' : 'DebugGPIDVTapData';
    const one = made.call(`${name}.Debug/${method}`, request).response;
    const data = name === 'agent' ? messageType('agent.GPIDAgentData') : messageType('trident.GPIDVTapData');
    expect(data.decode(one)).toMatchObject({ update_time: 1_700_000_000, sync_request: { entries: [{ pid_0: 100 }] } });
    for (const rest of ['DebugRealGlobalData', 'DebugRIPToVIP']) {
      expect(made.call(`${name}.Debug/${rest}`, request)).toMatchObject({ status: 0, response: Buffer.alloc(0) });
    }
  });

  it('shows the command-line tool an agent, and nothing for a stranger', () => {
    const made = told();
    const type = messageType(`${name}.AgentCacheRequest`);
    const cache = (request: object) =>
      JSON.parse(
        String(
          messageType(`${name}.AgentCacheResponse`).decode(
            made.call(`${name}.Debug/DebugAgentCache`, type.encode(request)).response,
          ).content,
        ),
      );
    expect(cache({ ctrl_ip: agentOne.ctrl_ip, ctrl_mac: agentOne.ctrl_mac })).toMatchObject({ id: 1, name: 'node-1' });
    expect(cache({})).toEqual({});
  });

  it.each(['GPIDSync', 'ShareGPIDLocalData'])('refuses what is no message of %s', (method) => {
    expect(client().call(`${name}.Synchronizer/${method}`, Buffer.from([0x12, 9])).status).toBe(13);
  });

  it.each(['DebugGPIDGlobalData', 'DebugRealGlobalData', 'DebugRIPToVIP', 'DebugAgentCache'])(
    'refuses what is no message of %s',
    (method) => {
      expect(client().call(`${name}.Debug/${method}`, Buffer.from([0x12, 9])).status).toBe(13);
    },
  );
});
