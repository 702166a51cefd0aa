import { findRefusal } from '../../wire/check-message.js';
import type { MessageInput } from '../../wire/message-types.js';
import { messageType } from '../../wire/protos.js';
import { answered, type CallOutcome, type ServiceCall, undecodable } from '../model/call-outcome.js';
import { type GpidReport, maxEntries } from '../model/gpid-table.js';
import type { ServerState } from '../model/server-state.js';
import { findByIdentity } from './agent-sync.js';
import { encodeGpidResponse, readGpidRequest } from './gpid-codec.js';
import { writeGpidEntries } from './gpid-entries.js';

/** An agent tells of the sockets of its processes, and is told what is known of the processes at both ends. */
export function playGpidSync(state: ServerState, call: ServiceCall): CallOutcome {
  const refusal = findRefusal(`${call.package}.GPIDSyncRequest`, call.request);
  if (refusal !== null) return undecodable(refusal.message);
  const { agentId, ctrlIp, ctrlMac, compressed, entries } = readGpidRequest(call.request, maxEntries);
  // Id 0 asks what an agent is told, and tells nothing.
  const agent = agentId === 0 ? findByIdentity(state, { ctrlIp, ctrlMac }) : state.agents.byId(agentId);
  if (agent !== null && agentId !== 0) {
    state.gpids.put({ agentId, ctrlIp: agent.ctrlIp, ctrlMac: agent.ctrlMac, time: call.time, entries });
  }
  const told = agent === null ? [] : state.gpids.told(agent.id);
  return answered(encodeGpidResponse(told, compressed));
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
  return { ctrl_ip: ctrlIp, ctrl_mac: ctrlMac, entries: writeGpidEntries(entries) };
}
