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
/** Of one address; beyond it its chain starts anew, so that frames with ever other MACs cannot make it long. */
const maxOfAddress = 32;

/** One label of an address. There are few of each: numbers in a chain are compared faster than looked up. */
interface Known {
  /** MAC and local ends. */
  readonly peer: number;
  /** A label whose VPC came from the other peer, or from nowhere, holds beside peers of that VPC only. */
  readonly beside: number | null;
  readonly label: PeerLabel;
  readonly next: Known | undefined;
  /** How many are in the chain from here on. */
  readonly depth: number;
}

export function createLabelMemory(): LabelMemory {
  const byIp = new Map<string, Known>();
  let count = 0;

  const put = (peer: FlowPeer, label: PeerLabel, other: PeerLabel): void => {
    const number = numberOf(peer);
    const beside = label.ownVpc ? null : vpcOf(other);
    const first = byIp.get(peer.ip);
    if (labelIn(first, number, beside) !== undefined) return;
    const next = first !== undefined && first.depth < maxOfAddress ? first : undefined;
    byIp.set(peer.ip, { peer: number, beside, label, next, depth: (next?.depth ?? 0) + 1 });
    count += 1;
  };

  return {
    find(client, server) {
      const ofClient = byIp.get(client.ip);
      const ofServer = byIp.get(server.ip);
      const clientNumber = numberOf(client);
      const serverNumber = numberOf(server);
      const ownOfClient = labelIn(ofClient, clientNumber, null);
      const ownOfServer = labelIn(ofServer, serverNumber, null);
      const clientLabel = ownOfClient ?? labelIn(ofClient, clientNumber, ownOfServer?.epc ?? 0);
      const serverLabel = ownOfServer ?? labelIn(ofServer, serverNumber, ownOfClient?.epc ?? 0);
      return clientLabel === undefined || serverLabel === undefined ? null : [clientLabel, serverLabel];
    },
    add(client, server, [clientLabel, serverLabel]) {
      if (count >= maxLabels) {
        byIp.clear();
        count = 0;
      }
      put(client, clientLabel, serverLabel);
      put(server, serverLabel, clientLabel);
    },
  };
}

function vpcOf(label: PeerLabel): number {
  return label.ownVpc ? label.epc : 0;
}

function labelIn(first: Known | undefined, peer: number, beside: number | null): PeerLabel | undefined {
  for (let known: Known | undefined = first; known !== undefined; known = known.next) {
    if (known.peer === peer && known.beside === beside) return known.label;
  }
  return undefined;
}

function numberOf({ mac, l2End, l3End }: FlowPeer): number {
  return mac * 4 + (l2End ? 2 : 0) + (l3End ? 1 : 0);
}
