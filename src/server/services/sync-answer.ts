import { stringify } from 'yaml';
import { messageType } from '../../wire/protos.js';
import type { LocalEnd } from '../model/call-outcome.js';
import { type GroupConfig, mappingAt } from '../model/group-config.js';

export type SyncAnswer =
  | { readonly kind: 'failed'; readonly revision: string }
  | {
      readonly kind: 'configuration';
      /** null: not registered, so the agent stays disabled. */
      readonly agentId: number | null;
      /** The agent has to watch Kubernetes. */
      readonly watches: boolean;
      readonly inKubernetes: boolean;
      readonly hostname: string;
      /** The address that the agent reached. It is told to stay there: its default would be 127.0.0.1:30035. */
      readonly local: LocalEnd;
      readonly groupConfig: GroupConfig;
    };

/** There is no ingester; the port is the one where agents expect it. */
const ingesterPort = 30033;

export function encodeAgentSyncAnswer(answer: SyncAnswer): Uint8Array {
  const type = messageType('agent.SyncResponse');
  if (answer.kind === 'failed') {
    return type.encode({ status: 'FAILED', revision: answer.revision });
  }
  return type.encode({
    status: 'SUCCESS',
    user_config: userConfig(answer.groupConfig, answer.local),
    dynamic_config: {
      enabled: answer.agentId !== null,
      kubernetes_api_enabled: answer.watches,
      agent_type: answer.inKubernetes ? 'TT_VM_POD' : 'TT_PROCESS',
      ...(answer.agentId === null
        ? {}
        : { agent_id: answer.agentId, region_id: 1, vpc_id: 1, team_id: 1, organize_id: 1, hostname: answer.hostname }),
    },
  });
}

export function encodeTridentSyncAnswer(answer: SyncAnswer): Uint8Array {
  const type = messageType('trident.SyncResponse');
  if (answer.kind === 'failed') {
    return type.encode({ status: 'FAILED', revision: answer.revision });
  }
  return type.encode({
    status: 'SUCCESS',
    config: {
      enabled: answer.agentId !== null,
      kubernetes_api_enabled: answer.watches,
      trident_type: answer.inKubernetes ? 'TT_VM_POD' : 'TT_PROCESS',
      proxy_controller_ip: answer.local.address,
      proxy_controller_port: answer.local.port,
      analyzer_ip: answer.local.address,
      analyzer_port: ingesterPort,
      ntp_enabled: false,
      local_config: staticConfig(answer.groupConfig),
      ...(answer.agentId === null
        ? {}
        : { vtap_id: answer.agentId, region_id: 1, epc_id: 1, team_id: 1, organize_id: 1, host: answer.hostname }),
    },
  });
}

function userConfig(group: GroupConfig, local: LocalEnd): string {
  const global = mappingAt(group, 'global');
  return stringify({
    ...group,
    global: {
      ...global,
      communication: {
        ...mappingAt(global, 'communication'),
        proxy_controller_ip: local.address,
        proxy_controller_port: local.port,
        ingester_ip: local.address,
        ingester_port: ingesterPort,
      },
      // The agent would wait for an answer to Query before it does anything else.
      ntp: { ...mappingAt(global, 'ntp'), enabled: false },
    },
  });
}

/** What agents up to v6.5 take their Kubernetes settings from. */
function staticConfig(group: GroupConfig): string {
  const section = mappingAt(group, 'static_config');
  return Object.keys(section).length === 0 ? '' : stringify(section);
}
