import type { CoreConfig } from '../../../src/replay/core/core-config.js';
import type { FlowRecord } from '../../../src/replay/flow-record.js';
import { flowPeer, flowRecord } from './flow-record.js';

/** A conversation as one NIC carries it. MACs are those of the client-to-server frame; replies have them swapped. */
export interface Leg {
  readonly client: { readonly ip: string; readonly port: number; readonly mac: number };
  readonly server: { readonly ip: string; readonly port: number; readonly mac: number };
  readonly tx?: number;
  readonly rx?: number;
  readonly at?: number;
  readonly protocol?: number;
  readonly synSeq?: number;
  readonly synAckSeq?: number;
  /** Outer header, client to server. */
  readonly tunnel?: { readonly type: number; readonly macSrc: number; readonly macDst: number };
  readonly more?: Partial<FlowRecord>;
}

/**
 * What the packet core decides of one leg, restated for these tests: l2_end by capture mode, l3_end by pairs, the tap
 * MAC, and the virtual mirror's second injection. It shares no code with the core.
 */
export function recordsOf(leg: Leg, config: CoreConfig): FlowRecord[] {
  const taken = leg.tunnel !== undefined && config.decap.includes(leg.tunnel.type);
  if (leg.tunnel !== undefined && !taken) return [];
  const macs = leg.tunnel ?? { macSrc: leg.client.mac, macDst: leg.server.mac };
  if (config.captureMode === 0) {
    const low = (mac: number): number => mac % 2 ** 24;
    const src = low(macs.macSrc) === low(config.mappedMac);
    const dst = !src && low(macs.macDst) === low(config.mappedMac);
    return [record(leg, config, src, dst, config.mappedMac)];
  }
  const local = new Set(config.localSegments.map((mac) => mac % 2 ** 32));
  const src = local.has(macs.macSrc % 2 ** 32);
  const dst = local.has(macs.macDst % 2 ** 32);
  if (!src && !dst) return [record(leg, config, false, false, config.nicMac)];
  return [
    ...(src ? [record(leg, config, true, false, macs.macSrc)] : []),
    ...(dst ? [record(leg, config, false, true, macs.macDst)] : []),
  ];
}

function record(leg: Leg, config: CoreConfig, srcL2: boolean, dstL2: boolean, tapMac: number): FlowRecord {
  const isPair = (end: Leg['client']): boolean => config.pairs.some(({ mac, ip }) => mac === end.mac && ip === end.ip);
  const { tx = 10, rx = 7, at = 1_000_000, protocol = 6, synSeq = 1111, synAckSeq = 2222 } = leg;
  const ends = { src: '10.10.0.1', dst: '10.10.0.2', id: 1 };
  const tunnel = leg.tunnel;
  return flowRecord({
    protocol,
    startTime: at,
    endTime: at + 50_000,
    tapMac,
    synCount: tx > 0 && protocol === 6 ? 1 : 0,
    synAckCount: rx > 0 && protocol === 6 ? 1 : 0,
    synSeq,
    synAckSeq,
    client: flowPeer({
      ...leg.client,
      l2End: srcL2,
      l3End: isPair(leg.client),
      totalPackets: tx,
      totalBytes: tx * 100,
    }),
    server: flowPeer({
      ...leg.server,
      l2End: dstL2,
      l3End: isPair(leg.server),
      totalPackets: rx,
      totalBytes: rx * 100,
    }),
    tunnel:
      tunnel === undefined
        ? null
        : {
            type: tunnel.type,
            tier: 1,
            isIpv6: false,
            tx: { ...ends, macSrc: tunnel.macSrc, macDst: tunnel.macDst },
            rx: null,
          },
    ...leg.more,
  });
}
