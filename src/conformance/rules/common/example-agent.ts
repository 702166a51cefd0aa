import type { MessageInput } from '../../../wire/message-types.js';
import { messageType } from '../../../wire/protos.js';
import type { ExampleCall } from '../../rule.js';
import { exampleClusterId } from './example-upload.js';

type Frame = Omit<ExampleCall, 'request' | 'bytes' | 'path'>;

const identity = { ctrl_ip: '10.0.0.9', ctrl_mac: '02:00:0a:00:00:09' };

/** A call of Sync with which nobody finds fault. */
export function agentSync(request: Partial<MessageInput<'agent.SyncRequest'>> = {}, call: Frame = {}): ExampleCall {
  const bytes = messageType('agent.SyncRequest').encode({
    ...identity,
    boot_time: 1_767_225_600,
    host: 'node-1',
    host_ips: ['10.0.0.9'],
    process_name: 'deepflow-agent-ce',
    state: 'RUNNING',
    revision: 'main 1-0',
    kubernetes_cluster_id: exampleClusterId,
    ...request,
  });
  return { answer: syncAnswer(), ...call, path: '/agent.Synchronizer/Sync', bytes };
}

export interface AnswerFields extends Partial<Omit<MessageInput<'agent.SyncResponse'>, 'dynamic_config'>> {
  readonly chosen?: boolean;
}

/** The answer to a registered agent. */
export function syncAnswer({ chosen = true, ...fields }: AnswerFields = {}): Uint8Array {
  return messageType('agent.SyncResponse').encode({
    status: 'SUCCESS',
    user_config: 'global: {}',
    dynamic_config: { enabled: true, agent_id: 1, kubernetes_api_enabled: chosen },
    ...fields,
  });
}

/** A GenesisSync with one NIC. @param answerVersion what the server answers */
export function agentGenesis(
  request: Partial<MessageInput<'agent.GenesisSyncRequest'>> = {},
  answerVersion: number | string = String(request.version ?? genesisVersion),
  call: Frame = {},
): ExampleCall {
  const bytes = messageType('agent.GenesisSyncRequest').encode({
    version: genesisVersion,
    agent_type: 'TT_VM_POD',
    source_ip: identity.ctrl_ip,
    agent_id: 1,
    kubernetes_cluster_id: exampleClusterId,
    agent_info: { ip: identity.ctrl_ip, mac: identity.ctrl_mac },
    platform_data: genesisData(),
    ...request,
  });
  const answer = messageType('agent.GenesisSyncResponse').encode({ version: answerVersion });
  return { ...call, answer, path: '/agent.Synchronizer/GenesisSync', bytes };
}

export const genesisVersion = 1_767_225_600;

export function genesisData(name = 'eth0'): MessageInput<'agent.GenesisPlatformData'> {
  return {
    platform_enabled: false,
    raw_hostname: 'node-1',
    interfaces: [{ name, mac: String(0x02000a000009), ip: ['10.0.0.9/24'] }],
  };
}

/** A Query whose packet a client of NTP version 4 could have sent, with `change` applied to the packet. */
export function agentQuery(change: (packet: Buffer) => Buffer = (packet) => packet): ExampleCall {
  const packet = Buffer.alloc(48);
  packet[0] = (4 << 3) | 3;
  packet.writeUInt32BE(0xe9_3c_5f_00, 40);
  const bytes = messageType('agent.NtpRequest').encode({ ctrl_ip: identity.ctrl_ip, request: change(packet) });
  return { path: '/agent.Synchronizer/Query', bytes, answer: new Uint8Array(0) };
}
