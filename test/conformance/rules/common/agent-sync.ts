import type { AgentAnswer, AgentSync } from '../../../../src/conformance/agent-call.js';

export const answer: AgentAnswer = {
  status: 'SUCCESS',
  configured: true,
  agentId: 1,
  chosen: true,
  versions: { platformData: '0', acls: '0', groups: '0' },
  newBufferSize: null,
  syncIntervalMs: 60_000,
  ntpEnabled: false,
  revision: '',
};

export const agent: AgentSync = {
  kind: 'sync',
  ctrlIp: '10.0.0.9',
  ctrlMac: '02:00:0a:00:00:09',
  byIpOnly: false,
  host: 'node-1',
  processName: 'deepflow-agent-ce',
  bootTime: 1_767_225_600,
  clusterId: 'demo',
  watchOnly: false,
  neverWatches: false,
  revision: '',
  versions: { platformData: '0', acls: '0', groups: '0' },
  bufferSize: '1048576',
  exception: '0',
  answer,
};
