import { messageType } from '../../wire/protos.js';
import { describeAgent } from '../model/agents.js';
import { answered, type CallOutcome, type ServiceCall, undecodable } from '../model/call-outcome.js';
import type { ServerState } from '../model/server-state.js';
import { findByIdentity } from './agent-sync.js';
import { writeGpidEntries } from './gpid-entries.js';
import { agentGpidRequest, tridentGpidRequest } from './gpid-sync.js';

// What the command-line tool shows of a server's memory.

/** All connections of which a process is known. */
export function playDebugGpidGlobalData(state: ServerState, call: ServiceCall): CallOutcome {
  const { problem } = messageType(`${call.package}.GPIDSyncRequest`).tryDecode(call.request);
  if (problem !== null) return undecodable(problem);
  const entries = state.gpids.connections().map(({ entry, end1, end0 }) => {
    const [wire = {}] = writeGpidEntries([entry]);
    const { protocol = 'ANY', epc_id_1 = 0, ipv4_1 = 0, port_1 = 0, epc_id_0 = 0, ipv4_0 = 0, port_0 = 0 } = wire;
    return {
      common: {
        ...{ protocol, epc_id_1, ipv4_1, port_1, epc_id_0, ipv4_0, port_0, netns_idx: entry.netnsIdx },
        ...{ pid_1: end1.pid, gpid_1: end1.gpid, pid_0: end0.pid, gpid_0: end0.gpid },
      },
      agents: [end1.agentId, end0.agentId] as const,
    };
  });
  if (call.package === 'agent') {
    const of = entries.map(({ common, agents: [one, zero] }) => ({ ...common, agent_id_1: one, agent_id_0: zero }));
    return answered(messageType('agent.GPIDGlobalData').encode({ entries: of }));
  }
  const of = entries.map(({ common, agents: [one, zero] }) => ({ ...common, vtap_id_1: one, vtap_id_0: zero }));
  return answered(messageType('trident.GPIDGlobalData').encode({ entries: of }));
}

/** What one agent said last. */
export function playDebugGpidAgentData(state: ServerState, call: ServiceCall): CallOutcome {
  const { message, problem } = messageType(`${call.package}.GPIDSyncRequest`).tryDecode(call.request);
  if (message === null) return undecodable(problem);
  const agent = findByIdentity(state, { ctrlIp: message.ctrl_ip ?? '', ctrlMac: message.ctrl_mac ?? '' });
  const report = agent === null ? null : state.gpids.get(agent.id);
  const time = report === null ? {} : { update_time: Math.floor(report.time / 1000) };
  if (call.package === 'agent') {
    const sync = report === null ? {} : { sync_request: agentGpidRequest(report) };
    return answered(messageType('agent.GPIDAgentData').encode({ ...time, ...sync }));
  }
  const sync = report === null ? {} : { sync_request: tridentGpidRequest(report) };
  return answered(messageType('trident.GPIDVTapData').encode({ ...time, ...sync }));
}

/** Connections through addresses that stand for others: agents tell of them, nobody here resolves them. */
export function playDebugRealGlobalData(_state: ServerState, call: ServiceCall): CallOutcome {
  const { problem } = messageType(`${call.package}.GPIDSyncRequest`).tryDecode(call.request);
  return problem === null ? answered(messageType(`${call.package}.RealGlobalData`).encode({})) : undecodable(problem);
}

/** As `playDebugRealGlobalData`. */
export function playDebugRipToVip(_state: ServerState, call: ServiceCall): CallOutcome {
  const { problem } = messageType(`${call.package}.GPIDSyncRequest`).tryDecode(call.request);
  return problem === null ? answered(messageType(`${call.package}.RVData`).encode({})) : undecodable(problem);
}

/** What is known of an agent, as JSON; "{}" for one that is not registered. */
export function playDebugAgentCache(state: ServerState, call: ServiceCall): CallOutcome {
  const { message, problem } = messageType(`${call.package}.AgentCacheRequest`).tryDecode(call.request);
  if (message === null) return undecodable(problem);
  const agent = findByIdentity(state, { ctrlIp: message.ctrl_ip ?? '', ctrlMac: message.ctrl_mac ?? '' });
  const content = Buffer.from(JSON.stringify(agent === null ? {} : describeAgent(agent, call.time)));
  return answered(messageType(`${call.package}.AgentCacheResponse`).encode({ content }));
}
