import type { Network } from './network.js';

/** A NIC as `ip -d -j addr` tells of it. */
export interface Link {
  readonly name: string;
  readonly ifindex: number;
  readonly mac: string;
  readonly mtu: number;
  readonly kind?: string;
  readonly master?: string;
  /** Of a veth: ifindex of the other end, in its namespace. */
  readonly peerIfindex?: number;
  /** "address/prefix length". */
  readonly ips: readonly string[];
}

interface IpAddr {
  readonly ifname: string;
  readonly ifindex: number;
  readonly address?: string;
  readonly mtu: number;
  readonly linkinfo?: { readonly info_kind?: string };
  readonly master?: string;
  readonly link_index?: number;
  readonly addr_info?: readonly { readonly local: string; readonly prefixlen: number; readonly scope: string }[];
}

/** NICs that a kernel module puts into every namespace, used or not. */
const unused = /^(gre0|gretap0|erspan0|ifb\d|sit0|ip6tnl0|ip6gre0|ip_vti0|ip6_vti0)$/;

/** The NICs of a namespace without loopback. */
export async function linksOf(network: Network, namespace: string): Promise<readonly Link[]> {
  const listed = JSON.parse(await network.ip(namespace, '-d -j addr')) as readonly IpAddr[];
  return listed.filter(({ ifname }) => ifname !== 'lo' && !unused.test(ifname)).map(toLink);
}

function toLink({ ifname, ifindex, address, mtu, linkinfo, master, link_index, addr_info = [] }: IpAddr): Link {
  const kind = linkinfo?.info_kind;
  return {
    name: ifname,
    ifindex,
    mac: address ?? '',
    mtu,
    ...(kind === undefined ? {} : { kind }),
    ...(master === undefined ? {} : { master }),
    ...(link_index === undefined ? {} : { peerIfindex: link_index }),
    ips: addr_info.filter(({ scope }) => scope === 'global').map(({ local, prefixlen }) => `${local}/${prefixlen}`),
  };
}
