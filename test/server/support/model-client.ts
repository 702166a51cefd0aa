import { expect, onTestFinished } from 'vitest';
import { createRestartableModel, type RestartableModel } from '../../../src/server/model/restartable-model.js';
import type { ChangeResult, ServerChange } from '../../../src/server/model/server-change.js';
import type { ServerSettings } from '../../../src/server/model/server-state.js';
import { checkedModel } from '../../../src/server/self-check/checked-model.js';
import type { SelfCheckFault } from '../../../src/server/self-check/self-check.js';
import type { MessageInput, MessageName, MessageOutput } from '../../../src/wire/message-types.js';
import { findMethod, messageType } from '../../../src/wire/protos.js';

/** Calls a model as clients call the server; every answer is held against what agents demand. */
export interface ModelClient {
  readonly model: RestartableModel;
  /** Unix time, ms, of the next call. */
  time: number;
  /** @param path e.g. "agent.Synchronizer/Query" */
  call(path: string, request: Uint8Array): { readonly status: number; readonly response: Uint8Array };
  sync(request: MessageInput<'agent.SyncRequest'>): MessageOutput<'agent.SyncResponse'>;
  oldSync(request: MessageInput<'trident.SyncRequest'>): MessageOutput<'trident.SyncResponse'>;
  genesis(request: MessageInput<'agent.GenesisSyncRequest'>): string | undefined;
  change(change: ServerChange): ChangeResult;
  /** @throws where the change is refused */
  changed(change: ServerChange): string;
}

export const local = { address: '127.0.0.1', port: 30035 };

export function modelClient(settings: Partial<ServerSettings> = {}, start = 1_700_000_000_000): ModelClient {
  const faults: SelfCheckFault[] = [];
  const plain = createRestartableModel({ compat: 'v7', clusters: [], strictPackages: false, ...settings });
  const model = checkedModel(plain, (fault) => faults.push(fault));
  onTestFinished(() => expect(faults).toEqual([]));
  let seq = 0;
  const client: ModelClient = {
    model,
    time: start,
    call: (path, request) => {
      seq += 1;
      return model.apply({ seq, time: client.time, path: `/${path}`, outcome: 'unary', request, local });
    },
    sync: (request) => call(client, 'agent.Synchronizer/Sync', 'agent.SyncRequest', 'agent.SyncResponse', request),
    oldSync: (request) =>
      call(client, 'trident.Synchronizer/Sync', 'trident.SyncRequest', 'trident.SyncResponse', request),
    genesis: (request) =>
      call(client, 'agent.Synchronizer/GenesisSync', 'agent.GenesisSyncRequest', 'agent.GenesisSyncResponse', request)
        .version,
    change: (change) => model.change(change, client.time),
    changed: (change) => {
      const result = model.change(change, client.time);
      if (!result.ok) throw new Error(`${change.kind} was refused: ${result.description}`);
      return result.lcuuid;
    },
  };
  return client;
}

function call<I extends MessageName, O extends MessageName>(
  client: ModelClient,
  path: string,
  input: I,
  output: O,
  request: MessageInput<I>,
): MessageOutput<O> {
  expect(findMethod(`/${path}`)).not.toBeNull();
  const { status, response } = client.call(path, messageType(input).encode(request));
  expect(status).toBe(0);
  return messageType(output).decode(response);
}

/** An agent on a node of the cluster "shop". */
export const agentOne = {
  ctrl_ip: '10.0.0.1',
  ctrl_mac: '02:00:00:00:00:01',
  host: 'node-1',
  process_name: 'deepflow-agent-ce',
  kubernetes_cluster_id: 'shop',
} as const;

export const agentTwo = { ...agentOne, ctrl_ip: '10.0.0.2', ctrl_mac: '02:00:00:00:00:02', host: 'node-2' } as const;
