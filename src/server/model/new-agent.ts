import type { NewAgent, SeenIdentity } from './agents.js';

/** An agent of which nothing but its identity is known. */
export function newAgent(identity: SeenIdentity, groupLcuuid: string): NewAgent {
  const { ctrlIp, ctrlMac, identifiedBy } = identity;
  return {
    ctrlIp,
    ctrlMac,
    identifiedBy,
    groupLcuuid,
    type: 'TT_PROCESS',
    enabled: true,
    groupRequest: '',
    note: '',
    host: '',
    hostIps: [],
    clusterId: '',
    watchPolicy: 'normal',
    tapMode: 0,
    processName: '',
    revision: '',
    upgradeRevision: '',
    upgradeImage: '',
    exceptionBits: '0',
    exceptionText: '',
    configAccepted: true,
    arch: '',
    os: '',
    kernelVersion: '',
    cpuNum: 0,
    memorySize: '0',
    bootTime: 0,
    createdAt: 0,
    syncedAt: 0,
  };
}
