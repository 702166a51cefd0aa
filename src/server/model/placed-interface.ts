import { formatMac, zeroMac } from '../../platform/mac.js';
import type { KnownNode, KnownPod } from './known-fact.js';
import type { ViewInterface } from './platform-view.js';

/** What a view of a node's or Pod's interface is made of, each time that somebody wants one. */
export interface PlacedInterface {
  readonly known: KnownNode | KnownPod;
  readonly ip: string;
  readonly prefix: number;
  readonly nic: string;
  readonly mac: string;
  /** Name and number of the node; "" and 0 where it is not known. */
  readonly node: string;
  readonly nodeId: number;
}

/** The only VPC: nobody tells this server of others. */
export const epc = 1;

/** Of an interface of which no MAC is known. */
export const noMac = formatMac(zeroMac);

export function viewOf({ known, ip, prefix, nic, mac, node, nodeId }: PlacedInterface): ViewInterface {
  const owner =
    known.kind === 'pod' ? ({ type: 'pod', name: podName(known) } as const) : { type: known.kind, name: known.name };
  return { id: known.id, owner, node, nodeId, nic, mac, ips: [{ ip, prefix }], epc };
}

export function podName({ namespace, name }: KnownPod): string {
  return `${namespace}/${name}`;
}

export function isSameInterface(one: ViewInterface, other: ViewInterface): boolean {
  return (
    one.id === other.id &&
    one.mac === other.mac &&
    one.nic === other.nic &&
    one.node === other.node &&
    one.nodeId === other.nodeId &&
    one.owner.type === other.owner.type &&
    one.owner.name === other.owner.name &&
    one.ips.length === other.ips.length &&
    one.ips.every(({ ip, prefix }, i) => ip === other.ips[i]?.ip && prefix === other.ips[i]?.prefix)
  );
}
