import type { MessageInput } from '../../wire/message-types.js';
import { messageType } from '../../wire/protos.js';
import { answered, type CallOutcome, type ServiceCall, undecodable } from '../model/call-outcome.js';
import type { GpidReport } from '../model/gpid-table.js';
import type { ServerState } from '../model/server-state.js';
import { findByIdentity } from './agent-sync.js';
import { ignoreIfEqual, readGpidEntries, writeGpidEntries } from './gpid-entries.js';

/** An agent tells of the sockets of its processes, and is told what is known of the processes at both ends. */
export function playGpidSync(state: ServerState, call: ServiceCall): CallOutcome {
  const { message, problem } = messageType(`${call.package}.GPIDSyncRequest`).tryDecode(call.request);
  if (message === null) return undecodable(problem);
  const { ctrl_ip: ctrlIp = '', ctrl_mac: ctrlMac = '' } = message;
  const agentId = ('agent_id' in message ? message.agent_id : 'vtap_id' in message ? message.vtap_id : 0) ?? 0;
  const compressed = message.entries_compress_algorithm === ignoreIfEqual;
  // Id 0 asks what an agent is told, and tells nothing.
  const agent = agentId === 0 ? findByIdentity(state, { ctrlIp, ctrlMac }) : state.agents.byId(agentId);
  if (agent !== null && agentId !== 0) {
    const entries = readGpidEntries(message.entries ?? [], compressed);
    state.gpids.put({ agentId, ctrlIp: agent.ctrlIp, ctrlMac: agent.ctrlMac, time: call.time, entries });
  }
  const told = agent === null ? [] : state.gpids.told(agent.id);
  return answered(
    messageType(`${call.package}.GPIDSyncResponse`).encode({
      entries_compress_algorithm: compressed ? ignoreIfEqual : 'COMPRESS_ALRO_NONE',
      entries: writeGpidEntries(told, compressed),
    }),
  );
}

/** A controller asks another one what its agents told it. */
export function playShareGpidLocalData(state: ServerState, call: ServiceCall): CallOutcome {
  const { problem } = messageType(`${call.package}.ShareGPIDSyncRequests`).tryDecode(call.request);
  if (problem !== null) return undecodable(problem);
  const reports = state.gpids.list();
  const common = { server_ip: call.local?.address ?? '', org_id: 1 };
  return answered(
    call.package === 'agent'
      ? messageType('agent.ShareGPIDSyncRequests').encode({ ...common, sync_requests: reports.map(agentGpidRequest) })
      : messageType('trident.ShareGPIDSyncRequests').encode({
          ...common,
          sync_requests: reports.map(tridentGpidRequest),
        }),
  );
}

export function agentGpidRequest(report: GpidReport): MessageInput<'agent.GPIDSyncRequest'> {
  return { ...commonRequest(report), agent_id: report.agentId };
}

export function tridentGpidRequest(report: GpidReport): MessageInput<'trident.GPIDSyncRequest'> {
  return { ...commonRequest(report), vtap_id: report.agentId };
}

function commonRequest({ ctrlIp, ctrlMac, entries }: GpidReport) {
  return { ctrl_ip: ctrlIp, ctrl_mac: ctrlMac, entries: writeGpidEntries(entries, false) };
}
