import { parseIpWithPrefix } from '../platform/ip.js';
import { parseMac } from '../platform/mac.js';
import { nicKindOfLink } from '../platform/nic-kind.js';
import { given } from '../platform/origin.js';
import type { NodeNic, PodNicKind } from '../platform/topology.js';
import type { InputProblem } from './input-problem.js';
import { type LinkDocument, type LinksDocument, linksSchema } from './links-schema.js';
import { schemaProblems } from './schema-problems.js';
import { readYaml } from './yaml-source.js';

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
}

export interface LinksReading {
  /** Null where there are problems. */
  readonly document: LinksDocument | null;
  readonly problems: readonly InputProblem[];
}

/** Reads the text of NODE.links.json, as `record-node.sh` writes it. */
export function readLinksDocument(text: string, file: string): LinksReading {
  // JSON is much faster to parse; only what is wrong needs places, which the YAML parser tells.
  const parsed = linksSchema.safeParse(parsedJson(text));
  if (parsed.success) return { document: parsed.data, problems: [] };
  const source = readYaml(text, file);
  if (source.problems.length > 0) return { document: null, problems: source.problems };
  return { document: null, problems: schemaProblems(parsed.error.issues, source, keysAt) };
}

function keysAt(path: readonly (string | number)[]): readonly string[] {
  return path.length === 0 ? Object.keys(linksSchema.shape) : ['netns', 'links'];
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @param file where the facts are said to come from */
export function nodeLinks(document: LinksDocument, file: string): NodeLinks {
  const containers = document.containers.map(({ links }) => links);
  const inContainers = containers.flat();
  const nics = document.root.map((link) => ({ link, nic: rootNic(link, inContainers, file) }));
  return {
    nics: nics.map(({ nic }) => nic),
    containers: containers.map((links) =>
      links.filter((link) => nameOf(link) !== 'lo').map((link) => containerLink(link, nics)),
    ),
  };
}

interface RootNic {
  readonly link: LinkDocument;
  readonly nic: NodeNic;
}

/**
 * Whether the container's NIC hangs on that of the root namespace. Numbers are those of one namespace each, and a node may
 * hold namespaces within namespaces: the ends of a veth have to name each other.
 */
function hangsOn(link: LinkDocument, host: LinkDocument): boolean {
  const index = parentIndex(link);
  if (index === null || host.ifindex !== index) return false;
  const back = parentIndex(host);
  return host.linkinfo?.info_kind !== 'veth' || back === null || link.ifindex === undefined || back === link.ifindex;
}

function rootNic(link: LinkDocument, inContainers: readonly LinkDocument[], file: string): NodeNic {
  const name = nameOf(link);
  const linkKind = link.linkinfo?.info_kind ?? '';
  const ifindex = link.ifindex ?? null;
  const mac = macOf(link);
  const isPodEnd = linkKind === 'veth' && inContainers.some((each) => hangsOn(each, link));
  const kind = isPodEnd ? 'pod-end' : nicKindOfLink(linkKind, name);
  return { name, kind, mac: mac === null ? null : given(mac, file), ips: addressesOf(link), ifindex, mappedMac: null };
}

/** The kind of a container's NIC follows from what it hangs on: a veth has its pair, an IPVlan its parent's MAC. */
function containerLink(link: LinkDocument, root: readonly RootNic[]): ContainerLink {
  const host = root.find((each) => hangsOn(link, each.link))?.nic;
  const mac = macOf(link);
  const kinds: readonly PodNicKind[] = ['veth', 'macvlan', 'ipvlan'];
  const inferred: PodNicKind =
    host === undefined ? 'unknown' : host.kind === 'pod-end' ? 'veth' : host.mac?.value === mac ? 'ipvlan' : 'macvlan';
  return {
    name: nameOf(link),
    kind: kinds.find((kind) => kind === link.linkinfo?.info_kind) ?? inferred,
    hostNic: host?.name ?? null,
    mac,
    ips: addressesOf(link),
  };
}

function parentIndex({ iflink, link_index }: LinkDocument): number | null {
  return iflink ?? link_index ?? null;
}

/** Without the `@parent` that some tools show behind a name. */
function nameOf({ ifname }: LinkDocument): string {
  return ifname.replace(/@.*$/, '');
}

/** A tunnel's address is one of IP, and a loopback's is zero: neither is a MAC to know a Pod by. */
function macOf({ mac, address }: LinkDocument): number | null {
  return parseMac(mac ?? address ?? '') || null;
}

function addressesOf({ addresses, addr_info }: LinkDocument): string[] {
  const texts = [...(addresses ?? []), ...(addr_info ?? []).map(({ local }) => local ?? '')];
  return texts.flatMap((text) => parseIpWithPrefix(text)?.ip ?? []);
}
