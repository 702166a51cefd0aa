/** GenesisSync: which NICs this host has. All of them with each change, and else a sign of life with the same version. */
import { hostname, networkInterfaces } from 'node:os';
import type { Identity } from './identity.js';
import type { Server } from './server.js';

export interface GenesisOptions {
  readonly identity: Identity;
  readonly agentId: number;
  readonly agentType: string;
  readonly clusterId: string;
  /** The usual pause, seconds. */
  readonly seconds: number;
}

/** @returns what calls GenesisSync once, and then answers how long to wait, seconds */
export function genesisSender(server: Server, bootTime: number): (options: GenesisOptions) => Promise<number> {
  let version = bootTime;
  let known = '';
  /** The server may lack this version's data. */
  let due = true;
  return async ({ identity, agentId, agentType, clusterId, seconds }) => {
    const platformData = { raw_hostname: hostname(), interfaces: nics() };
    const digest = JSON.stringify(platformData);
    if (known !== '' && digest !== known) version++;
    due ||= digest !== known;
    known = digest;
    const { version: held = '0' } = (await server.call('GenesisSync', {
      version,
      // One of two names is in the package that is spoken, the other is left out.
      ...{ agent_type: agentType, trident_type: agentType, agent_id: agentId, vtap_id: agentId },
      source_ip: identity.ctrl_ip,
      kubernetes_cluster_id: clusterId,
      agent_info: { ip: identity.ctrl_ip, mac: identity.ctrl_mac },
      ...(due ? { platform_data: platformData } : {}),
    })) as { version?: string };
    // Another version asks for everything; 0 may be a server that is not ready.
    due = held !== String(version);
    return due && held !== '0' ? Math.min(1, seconds) : seconds;
  };
}

function nics(): object[] {
  return Object.entries(networkInterfaces()).map(([name, addresses = []]) => ({
    name,
    mac: String(Number.parseInt((addresses[0]?.mac ?? '0').replaceAll(':', ''), 16)),
    // "address/length of mask".
    ip: addresses.flatMap(({ cidr }) => cidr ?? []),
  }));
}
