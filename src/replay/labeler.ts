import { isLoopbackIp, isPrivateIp, isUnspecifiedIp } from '../platform/ip.js';
import { type KnownPlatform, nodeEpc, type PlatformInterface } from '../platform/known-platform.js';
import type { NodeView } from '../platform/node-view.js';
import { internetEpc } from './tap-side.js';

/** What the flow core says of one peer. */
export interface PeerFacts {
  readonly mac: number;
  readonly ip: string;
  readonly l2End: boolean;
  readonly l3End: boolean;
}

/** How a label was found; printed by `--explain`. */
export type LabelStep =
  | 'same-mac'
  | 'mac-known'
  | 'mac-assumed-local'
  | 'address-known'
  | 'address-known-in-peer-vpc'
  | 'internet'
  | 'unknown';

export interface PeerLabel {
  readonly localMac: boolean;
  readonly localIp: boolean;
  /** 0 unknown, -2 Internet. */
  readonly epc: number;
  /** The interface that owns the MAC, and the one that owns the address, where known. */
  readonly macOwner: PlatformInterface | null;
  readonly ipOwner: PlatformInterface | null;
  readonly steps: readonly LabelStep[];
  /** The VPC follows from this peer alone, not from the other one's. */
  readonly ownVpc: boolean;
  /** The address, as one text for all flows that share the label. */
  readonly ip: string;
}

interface Draft {
  localMac: boolean;
  localIp: boolean;
  l2Epc: number;
  epc: number;
  macOwner: PlatformInterface | null;
  ipOwner: PlatformInterface | null;
  readonly steps: LabelStep[];
}

/**
 * Labels both peers of a flow as the agent of one node does: is its MAC, is its address local. `sameMac`: the frames have
 * one MAC at both ends (two absent MACs are not one). Ids of tunnels name a VPC
 * only where the platform has networks by tunnel id, which sites do not.
 */
export function labelPeers(
  platform: KnownPlatform,
  view: NodeView,
  src: PeerFacts,
  dst: PeerFacts,
  sameMac: boolean,
): readonly [PeerLabel, PeerLabel] {
  const drafts = [label(platform, view, src, sameMac), label(platform, view, dst, sameMac)] as const;
  const owned = [drafts[0].epc !== 0, drafts[1].epc !== 0] as const;
  completeEpc(platform, view, src, drafts[0], drafts[1].epc);
  completeEpc(platform, view, dst, drafts[1], drafts[0].epc);
  return [finish(drafts[0], src, owned[0]), finish(drafts[1], dst, owned[1])];
}

function label(platform: KnownPlatform, view: NodeView, peer: PeerFacts, sameMac: boolean): Draft {
  const draft: Draft = { localMac: false, localIp: false, l2Epc: 0, epc: 0, macOwner: null, ipOwner: null, steps: [] };
  if (sameMac) {
    draft.steps.push('same-mac');
    draft.localMac = true;
    draft.localIp = true;
    draft.epc = nodeEpc;
    return draft;
  }
  const owner = peer.mac === 0 ? null : platform.interfaceByMac(peer.mac);
  const endsHere = peer.l3End || isUnspecifiedIp(peer.ip) || isLoopbackIp(peer.ip);
  if (owner !== null) {
    draft.steps.push('mac-known');
    draft.macOwner = owner;
    draft.l2Epc = owner.epc;
    draft.localMac = view.isLocal(owner);
    if (endsHere) {
      draft.epc = owner.epc;
      draft.ipOwner = owner;
      draft.localIp = draft.localMac;
      return draft;
    }
  } else if (peer.l2End) {
    draft.steps.push('mac-assumed-local');
    draft.l2Epc = nodeEpc;
    draft.localMac = true;
    if (peer.l3End) {
      draft.epc = nodeEpc;
      draft.localIp = true;
      return draft;
    }
  }
  lookUpAddress(platform, view, peer, draft, draft.l2Epc, 'address-known');
  return draft;
}

function lookUpAddress(
  platform: KnownPlatform,
  view: NodeView,
  peer: PeerFacts,
  draft: Draft,
  epc: number,
  step: LabelStep,
): void {
  const owner = epc > 0 ? platform.interfaceByAddress(epc, peer.ip) : null;
  if (owner === null) return;
  draft.steps.push(step);
  draft.epc = owner.epc;
  draft.ipOwner = owner;
  if (view.isLocal(owner)) draft.localIp = true;
}

/** A peer whose VPC is still unknown is looked for in the other peer's, then counts as Internet or stays unknown. */
function completeEpc(platform: KnownPlatform, view: NodeView, peer: PeerFacts, draft: Draft, peerEpc: number): void {
  if (draft.epc !== 0) return;
  lookUpAddress(platform, view, peer, draft, peerEpc, 'address-known-in-peer-vpc');
  if (draft.epc !== 0) return;
  if (isPrivateIp(peer.ip)) {
    draft.steps.push('unknown');
    return;
  }
  draft.epc = internetEpc;
  draft.steps.push('internet');
}

function finish(draft: Draft, { ip }: PeerFacts, ownVpc: boolean): PeerLabel {
  const { localMac, localIp, epc, macOwner, ipOwner, steps } = draft;
  return { localMac, localIp, epc, macOwner, ipOwner, steps, ownVpc, ip };
}
