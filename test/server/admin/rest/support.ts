import { createRestApp } from '../../../../src/server/admin/rest/rest-app.js';
import type { RestModel } from '../../../../src/server/admin/rest/rest-model.js';
import type { FakeServerOptions } from '../../../../src/server/fake-server.js';
import { refuseChange } from '../../../../src/server/model/server-change.js';
import type { MessageInput } from '../../../../src/wire/message-types.js';
import { messageType } from '../../../../src/wire/protos.js';
import { connect } from '../../support/grpc-client.js';
import { startServer } from '../../support/running-server.js';

type Body = string | Buffer;

const daemon = { process_name: 'deepflow-agent-ce' };

export interface Answered {
  readonly code: number;
  readonly status: string;
  readonly description: string;
  // biome-ignore lint/suspicious/noExplicitAny: what it is depends on the call
  readonly data: any;
}

/** A server with a client of its REST and one of its gRPC. */
export async function startRest(options: Partial<FakeServerOptions> = {}) {
  const under = await startServer({ admin: { host: '127.0.0.1', port: 0 }, ...options });
  const base = `http://${under.server.admin}`;
  const raw = (method: string, path: string, body?: Body, headers: Record<string, string> = {}) =>
    fetch(base + path, { method, headers, redirect: 'manual', ...(body === undefined ? {} : { body }) });
  const call = async (
    method: string,
    path: string,
    body?: Body,
    headers?: Record<string, string>,
  ): Promise<Answered> => {
    const response = await raw(method, path, body, headers);
    const { OPT_STATUS, DESCRIPTION, DATA } = JSON.parse(await response.text());
    return { code: response.status, status: OPT_STATUS, description: DESCRIPTION, data: DATA };
  };
  const client = connect(under.server.grpc);
  const sync = async (request: MessageInput<'agent.SyncRequest'>) =>
    messageType('agent.SyncResponse').decode(
      await client.unary(
        '/agent.Synchronizer/Sync',
        messageType('agent.SyncRequest').encode({ ...daemon, ...request }),
      ),
    );
  /** Of an agent up to v6.5. */
  const syncOld = async (request: MessageInput<'trident.SyncRequest'>) =>
    messageType('trident.SyncResponse').decode(
      await client.unary(
        '/trident.Synchronizer/Sync',
        messageType('trident.SyncRequest').encode({ ...daemon, ...request }),
      ),
    );
  const makeGroup = async (name: string) => (await call('POST', '/v1/vtap-groups/', JSON.stringify({ name }))).data;
  const view = async (path: string) => JSON.parse(await (await raw('GET', path)).text());
  return { ...under, base, raw, call, client, sync, syncOld, makeGroup, view };
}

/** REST of a server that says what the test wants. */
export function restOf(model: Partial<RestModel>) {
  const problems: string[] = [];
  const none: RestModel = {
    compat: 'v7',
    views: { clusters: async () => [] } as unknown as RestModel['views'],
    upgrade: null,
    now: () => 0,
    agents: () => [],
    agent: () => null,
    groups: () => [],
    domains: () => [],
    seats: () => [],
    cluster: () => null,
    saved: () => {
      throw new Error('not of this test');
    },
    change: async () => refuseChange('FAIL', 'not of this test'),
  };
  const app = createRestApp({ ...none, ...model }, (message) => problems.push(message));
  const call = async (method: string, path: string, body?: object) => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer: unknown = await (await app.request(path, { method, ...sent })).json();
    return answer as { readonly OPT_STATUS: string; readonly DESCRIPTION: string; readonly DATA: unknown };
  };
  return { call, problems };
}

export const agentA = { ctrl_ip: '10.0.0.1', ctrl_mac: '02:00:00:00:00:01', host: 'n1' };
export const agentB = { ctrl_ip: '10.0.0.2', ctrl_mac: '02:00:00:00:00:02', host: 'n2' };
