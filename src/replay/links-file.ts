import { arrayAt, asObject, type JsonObject, objectAt, textAt } from '../kube/json-value.js';
import { parseIpWithPrefix } from '../platform/ip.js';
import { parseMac } from '../platform/mac.js';
import { nicKindOfLink } from '../platform/nic-kind.js';
import { given } from '../platform/origin.js';
import type { NodeNic, PodNicKind } from '../platform/topology.js';

/** NIC of a container's network namespace, with the NIC of the root namespace that it hangs on. */
export interface ContainerLink {
  readonly name: string;
  readonly kind: PodNicKind;
  readonly hostNic: string | null;
  readonly mac: number | null;
  readonly ips: readonly string[];
}

export interface NodeLinks {
  readonly nics: readonly NodeNic[];
  readonly containers: readonly (readonly ContainerLink[])[];
  readonly problems: readonly string[];
}

/**
 * Reads NODE.links.json: `root` as `ip -d -j addr` prints it, and under `containers` for each network namespace a list of
 * {ifname, iflink, mac, addresses} (the names of `ip -j` are taken too). Never throws.
 */
export function readLinks(json: unknown, file: string): NodeLinks {
  const problems: string[] = [];
  const top = asObject(json);
  const rootLinks = (Array.isArray(json) ? json : arrayAt(top, 'root')).map(asObject);
  if (rootLinks.length === 0) problems.push(`${file}: found no NICs under root, expected what ip -d -j addr prints`);
  const namespaces = [...arrayAt(top, 'containers'), ...arrayAt(top, 'namespaces')];
  const containers = namespaces.map((entry) => (Array.isArray(entry) ? entry : linksOf(asObject(entry))).map(asObject));
  const referenced = new Set(containers.flat().map((link) => numberAt(link, 'iflink') ?? numberAt(link, 'link_index')));
  const nics = rootLinks.map((link) => rootNic(link, referenced, file));
  return {
    nics: nics.map(({ nic }) => nic),
    containers: containers.map((links) =>
      links.filter((link) => nameOf(link) !== 'lo').map((link) => containerLink(link, nics)),
    ),
    problems,
  };
}

interface RootNic {
  readonly nic: NodeNic;
  readonly linkKind: string;
}

function linksOf(entry: JsonObject): readonly unknown[] {
  return [...arrayAt(entry, 'links'), ...arrayAt(entry, 'nics')];
}

function rootNic(link: JsonObject, referenced: ReadonlySet<number | null>, file: string): RootNic {
  const name = nameOf(link);
  const linkKind = textAt(objectAt(link, 'linkinfo'), 'info_kind');
  const ifindex = numberAt(link, 'ifindex');
  const mac = macOf(link);
  const isPodEnd = linkKind === 'veth' && ifindex !== null && referenced.has(ifindex);
  const kind = isPodEnd ? 'pod-end' : nicKindOfLink(linkKind, name);
  const fact = mac === null || mac === 0 ? null : given(mac, file);
  return { linkKind, nic: { name, kind, mac: fact, ips: addressesOf(link), ifindex, mappedMac: null } };
}

/** The kind of a container's NIC follows from what it hangs on: a veth has its pair, an IPVlan its parent's MAC. */
function containerLink(link: JsonObject, root: readonly RootNic[]): ContainerLink {
  const index = numberAt(link, 'iflink') ?? numberAt(link, 'link_index');
  const host = root.find(({ nic }) => index !== null && nic.ifindex === index);
  const mac = macOf(link);
  const stated = textAt(objectAt(link, 'linkinfo'), 'info_kind');
  const kinds: readonly PodNicKind[] = ['veth', 'macvlan', 'ipvlan'];
  const inferred: PodNicKind =
    host === undefined
      ? 'unknown'
      : host.nic.kind === 'pod-end'
        ? 'veth'
        : host.nic.mac?.value === mac
          ? 'ipvlan'
          : 'macvlan';
  return {
    name: nameOf(link),
    kind: kinds.find((kind) => kind === stated) ?? inferred,
    hostNic: host?.nic.name ?? null,
    mac: mac === 0 ? null : mac,
    ips: addressesOf(link),
  };
}

/** Without the `@parent` that some tools show behind a name. */
function nameOf(link: JsonObject): string {
  return (textAt(link, 'ifname') || textAt(link, 'name')).replace(/@.*$/, '');
}

function macOf(link: JsonObject): number | null {
  return parseMac(textAt(link, 'mac') || textAt(link, 'address'));
}

function addressesOf(link: JsonObject): string[] {
  const info = arrayAt(link, 'addr_info').map((entry) => textAt(asObject(entry), 'local'));
  const texts = [...arrayAt(link, 'addresses'), ...arrayAt(link, 'ips'), ...info];
  return texts.flatMap((text) => (typeof text === 'string' ? (parseIpWithPrefix(text)?.ip ?? []) : []));
}

function numberAt(link: JsonObject, key: string): number | null {
  const value = link[key];
  return typeof value === 'number' ? value : null;
}
