import type { AgentType } from '../agent-config/agent-type.js';
import type { KnownPlatform } from '../platform/known-platform.js';
import { isGroupMac } from '../platform/mac.js';
import type { NodeView } from '../platform/node-view.js';
import type { FlowPeer, FlowRecord } from './flow-record.js';
import { createLabelMemory } from './label-memory.js';
import { labelPeers, type PeerLabel } from './labeler.js';
import type { TapSide } from './observation-point.js';
import { decideTapSide, type PeerInputs, type TapSideDecision, type TapSideInputs } from './tap-side.js';

/** What of an agent's configuration the decision depends on. */
export interface DecisionSettings {
  readonly agentType: AgentType;
  readonly captureNetworkType: number;
  readonly cloudGatewayTraffic: boolean;
}

export interface RecordDecision {
  readonly tapSide: TapSide;
  readonly decided: TapSideDecision;
  readonly clientLabel: PeerLabel;
  readonly serverLabel: PeerLabel;
}

/** Decides the records of one node's captures. Run it again for a record whose ends have changed. */
export type RecordDecider = (record: FlowRecord) => RecordDecision;

/**
 * The decision is pure; equal inputs share one result, as a capture holds many flows and few ends. Remembers labels and
 * decisions of the node, bounded.
 */
export function createRecordDecider(
  platform: KnownPlatform,
  view: NodeView,
  settings: DecisionSettings,
): RecordDecider {
  const decisions = new Map<number, TapSideDecision>();
  const labels = createLabelMemory();
  // Numbers this long are slow to look up, and most records are decided as the one before.
  let lastKey = -1;
  let last: TapSideDecision | null = null;

  return (record) => {
    const { client, server } = record;
    // A link layer without MACs (raw IP) leaves both 0, which is not the loopback's pair of zero MACs.
    const sameMac = client.mac === server.mac && !(record.inferred && client.mac === 0);
    const known = sameMac ? null : labels.find(client, server);
    const both = known ?? labelPeers(platform, view, client, server, sameMac);
    if (known === null && !sameMac) labels.add(client, server, both);
    const [clientLabel, serverLabel] = both;
    const tunnelTier = record.tunnel?.tier ?? 0;
    const dstUnicast = !isGroupMac(server.mac);
    const flags = (sameMac ? 1 : 0) | (dstUnicast ? 2 : 0) | (Math.min(tunnelTier, 3) << 2);
    const key = flags + peerKey(client, clientLabel) * 2 ** 4 + peerKey(server, serverLabel) * 2 ** 20;
    let decided = key === lastKey && last !== null ? last : decisions.get(key);
    if (decided === undefined) {
      const inputs: TapSideInputs = {
        signal: 'packet',
        agentType: settings.agentType,
        captureNetworkType: settings.captureNetworkType,
        cloudGateway: settings.cloudGatewayTraffic,
        tunnelTier,
        sameMac,
        dstUnicast,
        src: inputsOf(client, clientLabel),
        dst: inputsOf(server, serverLabel),
      };
      decided = decideTapSide(inputs);
      decisions.set(key, decided);
    }
    lastKey = key;
    last = decided;
    return { tapSide: decided.tapSide, decided, clientLabel, serverLabel };
  };
}

/** 16 bits: four flags and the VPC's number, of which a site has far fewer than 4,000. */
function peerKey({ l2End, l3End }: FlowPeer, { localMac, localIp, epc }: PeerLabel): number {
  const flags = (l2End ? 1 : 0) | (l3End ? 2 : 0) | (localMac ? 4 : 0) | (localIp ? 8 : 0);
  return flags + ((epc + 3) % 2 ** 12) * 16;
}

function inputsOf({ l2End, l3End }: FlowPeer, { localMac, localIp, epc }: PeerLabel): PeerInputs {
  return { l2End, l3End, localMac, localIp, epc };
}
