import type { AgentSettings } from '../agent-config/setting.js';
import type { KnownPlatform } from '../platform/known-platform.js';
import { mappedMac, type NodeView } from '../platform/node-view.js';
import type { Topology } from '../platform/topology.js';
import { type CoreConfig, type CoreInterval, mostFlows } from './core/core-config.js';

export interface CoreConfigInputs {
  readonly settings: AgentSettings;
  readonly topology: Topology;
  readonly platform: KnownPlatform;
  readonly view: NodeView;
  readonly node: string;
  readonly nic: string;
  readonly reportInterval: CoreInterval;
}

const trimNumbers: Readonly<Record<string, number>> = { VXLAN: 1, ERSPAN: 6, TEB: 7 };

/** Pure: the tables of one node NIC. A MAC that nobody knows is 0, which no frame of a network carries. */
export function compileCoreConfig(inputs: CoreConfigInputs): CoreConfig {
  const { settings, topology, platform, view } = inputs;
  const own = topology.nodes.find(({ name }) => name === inputs.node)?.nics.find(({ name }) => name === inputs.nic);
  const nicMac = own?.mac?.value ?? 0;
  return {
    captureMode: settings.captureMode === 1 ? 1 : settings.captureMode === 2 ? 2 : 0,
    nicMac,
    mappedMac: mappedMac(topology, inputs.node, inputs.nic) ?? nicMac,
    localSegments: sorted(view.localSegments),
    remoteSegments: sorted(view.remoteSegments),
    pairs: view.pairs,
    vipMacs: sorted(platform.vipMacs),
    decap: sorted(settings.decapProtocols),
    trim: sorted(settings.trimProtocols.flatMap((name) => trimNumbers[name] ?? [])),
    agentType: settings.agentType,
    captureNetworkType: settings.captureNetworkType,
    ignoreMac: settings.ignoreMac,
    ignoreL2End: settings.ignoreL2End,
    ignoreIdcVlan: settings.ignoreIdcVlan,
    timeouts: {
      established: settings.timeoutEstablished,
      closingRst: settings.timeoutClosingRst,
      openingRst: settings.timeoutOpeningRst,
      others: settings.timeoutOthers,
    },
    packetDelay: settings.packetDelay,
    flowLimit: Math.min(settings.flowLimit, mostFlows),
    serverPorts: sorted(settings.serverPorts),
    reportInterval: inputs.reportInterval,
  };
}

function sorted(numbers: Iterable<number>): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}
