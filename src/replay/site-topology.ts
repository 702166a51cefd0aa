import { parseIpWithPrefix } from '../platform/ip.js';
import { type Mac, parseMac } from '../platform/mac.js';
import { nicKindOfLink, nicKindOfName } from '../platform/nic-kind.js';
import { type Fact, given } from '../platform/origin.js';
import {
  defaultNamespace,
  defaultVpc,
  type NodeNic,
  type PodNic,
  type Topology,
  type TopologyNode,
  type TopologyPod,
} from '../platform/topology.js';
import type { SiteDocument, SiteNodeDocument, SitePodDocument } from './site-schema.js';
import type { ValuePath, YamlSource } from './yaml-source.js';

type MacAt = (text: string | undefined, path: ValuePath) => Fact<Mac> | null;

/** A checked site as nodes, Pods and NICs. NICs that only a capture or a Pod names are added to their node. */
export function siteTopology(document: SiteDocument, source: YamlSource): Topology {
  const macAt: MacAt = (text, path) => {
    const mac = text === undefined ? null : parseMac(text);
    if (mac === null) return null;
    const { file, line } = source.positionOf(path);
    return given(mac, `${file}:${line}`);
  };
  const pods = (document.pods ?? []).map((pod, i) => podOf(pod, i, macAt));
  return {
    nodes: document.nodes.map((node, i) => nodeOf(node, i, macAt, pods, document)),
    pods: pods.map((pod) => ({ ...pod, nics: pod.nics.map((nic) => withKind(nic, document, pod.node)) })),
    vips: [],
  };
}

function podOf(pod: SitePodDocument, index: number, macAt: MacAt): TopologyPod {
  const own = addresses(pod.ips);
  const nics: PodNic[] = (pod.nics ?? []).map((nic, j) => ({
    name: nic.name ?? `eth${j}`,
    kind: nic.kind ?? 'unknown',
    hostNic: nic.hostNic ?? null,
    mac: macAt(nic.mac, ['pods', index, 'nics', j, 'mac']),
    ips: j === 0 ? [...new Set([...addresses(nic.ips), ...own])] : addresses(nic.ips),
  }));
  if (nics.length === 0 && own.length > 0)
    nics.push({ name: 'eth0', kind: 'unknown', hostNic: null, mac: null, ips: own });
  return {
    name: pod.name,
    namespace: pod.namespace ?? defaultNamespace,
    node: pod.node,
    nics,
    vpc: pod.vpc ?? defaultVpc,
  };
}

/** A NIC that hangs on a NIC of its own is the usual veth; one that hangs on a physical NIC may be either kind of child. */
function withKind(nic: PodNic, document: SiteDocument, node: string): PodNic {
  if (nic.kind !== 'unknown' || nic.hostNic === null) return nic;
  const declared = document.nodes.find(({ name }) => name === node)?.nics?.find(({ name }) => name === nic.hostNic);
  const kind = declared?.kind === undefined ? nicKindOfName(nic.hostNic) : nicKindOfLink(declared.kind, nic.hostNic);
  return kind === 'physical' ? nic : { ...nic, kind: 'veth' };
}

function nodeOf(
  node: SiteNodeDocument,
  index: number,
  macAt: MacAt,
  pods: readonly TopologyPod[],
  document: SiteDocument,
): TopologyNode {
  const own = pods.filter((pod) => pod.node === node.name).flatMap((pod) => pod.nics);
  const vethEnds = new Set(own.filter((nic) => nic.kind === 'veth').flatMap((nic) => nic.hostNic ?? []));
  const declared: NodeNic[] = (node.nics ?? []).map((nic, j) => ({
    name: nic.name,
    kind: kindOf(nic.name, nic.kind, vethEnds),
    mac: macAt(nic.mac, ['nodes', index, 'nics', j, 'mac']),
    ips: addresses(nic.ips),
    ifindex: nic.ifindex ?? null,
    mappedMac: nic.mappedMac === undefined ? null : parseMac(nic.mappedMac),
  }));
  const named = new Set([
    ...own.flatMap((nic) => nic.hostNic ?? []),
    ...document.captures.flatMap((c) =>
      c.node === node.name && c.pod === undefined && c.nic !== undefined ? [c.nic] : [],
    ),
  ]);
  for (const nic of declared) named.delete(nic.name);
  const added = [...named].map((name): NodeNic => {
    const kind = kindOf(name, undefined, vethEnds);
    return { name, kind, mac: null, ips: [], ifindex: null, mappedMac: null };
  });
  return {
    name: node.name,
    nics: [...declared, ...added],
    addresses: addresses(node.ips),
    localSegments: macs(node.localSegments),
    remoteSegments: macs(node.remoteSegments),
  };
}

function kindOf(name: string, linkKind: string | undefined, vethEnds: ReadonlySet<string>): NodeNic['kind'] {
  if (vethEnds.has(name)) return 'pod-end';
  return linkKind === undefined ? nicKindOfName(name) : nicKindOfLink(linkKind, name);
}

function addresses(texts: readonly string[] | undefined): string[] {
  return (texts ?? []).flatMap((text) => parseIpWithPrefix(text)?.ip ?? []);
}

function macs(texts: readonly string[] | undefined): Mac[] | null {
  return texts === undefined ? null : texts.flatMap((text) => parseMac(text) ?? []);
}
