import type { MessageOutput } from '../../wire/message-types.js';
import { messageType } from '../../wire/protos.js';
import type { AgentIdentity } from '../model/agent-record.js';
import type { GenesisContent } from '../model/genesis-memory.js';
import { readGenesisContent } from './genesis-content.js';

/** What an agent says with GenesisSync, the same for both packages. */
export interface GenesisAsk {
  /** uint64; 0: not given. */
  readonly version: bigint;
  /** Name of the AgentType. */
  readonly type: string;
  readonly agentId: number;
  readonly team: string;
  readonly clusterId: string;
  readonly sourceIp: string;
  /** Name of the machine; "" where it does not say. */
  readonly host: string;
  /** Who says it: agents of v7 have to tell (`missing` where they do not), older ones cannot. */
  readonly sender: AgentIdentity | 'missing' | 'untold';
  /** null: a heartbeat. */
  readonly content: GenesisContent | null;
}

type Decoded = { readonly ask: GenesisAsk; readonly problem: null } | { readonly ask: null; readonly problem: string };

export function decodeGenesisAsk(packageName: 'agent' | 'trident', request: Uint8Array): Decoded {
  if (packageName === 'agent') {
    const { message, problem } = messageType('agent.GenesisSyncRequest').tryDecode(request);
    if (message === null) return { ask: null, problem };
    const { ip = '', mac = '' } = message.agent_info ?? {};
    const isNamed = ip !== '' && mac !== '' && ip.length + mac.length <= 256;
    const ask: GenesisAsk = {
      type: message.agent_type ?? 'TT_UNKNOWN',
      agentId: message.agent_id ?? 0,
      sender: isNamed ? { ctrlIp: ip, ctrlMac: mac } : 'missing',
      ...commonAsk(message),
    };
    return { ask, problem: null };
  }
  const { message, problem } = messageType('trident.GenesisSyncRequest').tryDecode(request);
  if (message === null) return { ask: null, problem };
  const type = message.trident_type ?? 'TT_UNKNOWN';
  return { ask: { type, agentId: message.vtap_id ?? 0, sender: 'untold', ...commonAsk(message) }, problem: null };
}

type Common = Omit<GenesisAsk, 'type' | 'agentId' | 'sender'>;

function commonAsk(message: MessageOutput<'agent.GenesisSyncRequest' | 'trident.GenesisSyncRequest'>): Common {
  const { platform_data: platform } = message;
  return {
    version: BigInt(message.version ?? 0),
    team: message.team_id ?? '',
    clusterId: message.kubernetes_cluster_id ?? '',
    sourceIp: (message.source_ip ?? '').slice(0, 256),
    host: (platform?.raw_hostname ?? '').trim().slice(0, 256),
    // Processes alone are none: what the machine has besides them would be taken for gone.
    content: platform === undefined ? null : readGenesisContent(message),
  };
}
