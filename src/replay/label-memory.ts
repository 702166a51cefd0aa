import type { FlowPeer } from './flow-record.js';
import type { PeerLabel } from './labeler.js';

/** The labels of a node's peers, bounded. Most flows of a capture have ends that were labelled before. */
export interface LabelMemory {
  /** Both labels, or null where one of them is not remembered. */
  find(client: FlowPeer, server: FlowPeer): readonly [PeerLabel, PeerLabel] | null;
  add(client: FlowPeer, server: FlowPeer, labels: readonly [PeerLabel, PeerLabel]): void;
}

/** Labels remembered; beyond it the memory starts anew, so that a scan of addresses cannot fill it. */
const maxLabels = 50_000;

type Labels = Map<number, Map<string, PeerLabel>>;

export function createLabelMemory(): LabelMemory {
  const own: Labels = new Map();
  // A label whose VPC came from the other peer, or from nowhere, holds beside peers of that VPC only.
  const beside = new Map<number, Labels>();
  let count = 0;

  const put = (labels: Labels, peer: FlowPeer, label: PeerLabel): void => {
    const key = labelKey(peer);
    const byIp = labels.get(key) ?? new Map<string, PeerLabel>();
    labels.set(key, byIp);
    byIp.set(peer.ip, label);
    count += 1;
  };
  const putBeside = (vpc: number, peer: FlowPeer, label: PeerLabel): void => {
    const labels: Labels = beside.get(vpc) ?? new Map();
    beside.set(vpc, labels);
    put(labels, peer, label);
  };

  return {
    find(client, server) {
      const ofClient = labelIn(own, client);
      const ofServer = labelIn(own, server);
      const clientLabel = ofClient ?? labelIn(beside.get(ofServer?.epc ?? 0), client);
      const serverLabel = ofServer ?? labelIn(beside.get(ofClient?.epc ?? 0), server);
      return clientLabel === undefined || serverLabel === undefined ? null : [clientLabel, serverLabel];
    },
    add(client, server, [clientLabel, serverLabel]) {
      if (count >= maxLabels) {
        own.clear();
        beside.clear();
        count = 0;
      }
      if (clientLabel.ownVpc) put(own, client, clientLabel);
      else putBeside(serverLabel.ownVpc ? serverLabel.epc : 0, client, clientLabel);
      if (serverLabel.ownVpc) put(own, server, serverLabel);
      else putBeside(clientLabel.ownVpc ? clientLabel.epc : 0, server, serverLabel);
    },
  };
}

function labelIn(labels: Labels | undefined, peer: FlowPeer): PeerLabel | undefined {
  return labels?.get(labelKey(peer))?.get(peer.ip);
}

function labelKey({ mac, l2End, l3End }: FlowPeer): number {
  return mac * 4 + (l2End ? 2 : 0) + (l3End ? 1 : 0);
}
