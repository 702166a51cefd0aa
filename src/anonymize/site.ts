import { stringify } from 'yaml';
import type { SiteDocument, SiteNodeDocument, SitePodDocument } from '../replay/site-schema.js';
import type { Anonymizer } from './anonymizer.js';

/** @param fileOf the new name of a file that the site names, null where it was left out */
export function anonymizeSite(
  site: SiteDocument,
  anonymizer: Anonymizer,
  fileOf: (file: string) => string | null,
): string {
  const pods = new Set((site.pods ?? []).flatMap(({ name, namespace }) => [name, `${namespace ?? ''}/${name}`]));
  const nodes = new Set(site.nodes.map(({ name }) => name));
  const files = (of: { file?: string | undefined; files?: string[] | undefined }) => {
    const names = [...(of.file === undefined ? [] : [of.file]), ...(of.files ?? [])];
    return { files: names.flatMap((name) => fileOf(name) ?? []) };
  };
  const place = ({ node, nic, pod }: { node?: string; nic?: string; pod?: string }) => ({
    ...optional('node', node, (name) => anonymizer.name('node', name)),
    ...optional('nic', nic, (name) => anonymizer.name('nic', name)),
    ...optional('pod', pod, (name) => podName(name, anonymizer)),
  });
  const { platform, resources, expect, vips } = site;
  // Nodes and Pods come before the settings: their names may stand in expressions there.
  const document = {
    nodes: site.nodes.map((node) => siteNode(node, anonymizer)),
    pods: (site.pods ?? []).map((pod) => sitePod(pod, anonymizer)),
    captures: site.captures.map((capture) => ({ ...place(defined(capture)), ...files(capture) })),
    ...optional('syscalls', site.syscalls, (of) => of.map((each) => ({ ...place(defined(each)), ...files(each) }))),
    ...optional('resources', resources === undefined ? undefined : (fileOf(resources) ?? undefined), (name) => name),
    ...(platform === undefined ? {} : { platform }),
    ...optional('vips', vips, (of) => of.flatMap((ip) => anonymizer.ip(ip) ?? [])),
    ...optional('expect', expect, (of) => ({
      ...of,
      ...optional('conversations', of.conversations, (conversations) =>
        conversations.map((each) => ({
          ...each,
          ...optional('client', each.client, (end) => endName(end, nodes, pods, anonymizer)),
          ...optional('server', each.server, (end) => endName(end, nodes, pods, anonymizer)),
        })),
      ),
    })),
  };
  return stringify({ ...document, ...optional('agent', site.agent, (agent) => settings(agent, anonymizer)) });
}

function siteNode(node: SiteNodeDocument, anonymizer: Anonymizer) {
  const macs = (of: readonly string[]): string[] => of.flatMap((mac) => anonymizer.mac(mac) ?? []);
  return {
    name: anonymizer.name('node', node.name),
    ...optional('nics', node.nics, (nics) =>
      nics.map(({ name, mac, ips, ifindex, mappedMac, kind }) => ({
        name: anonymizer.name('nic', name),
        ...optional('mac', mac, anonymizer.mac),
        ...optional('ips', ips, (of) => of.map(anonymizer.ip)),
        ...(ifindex === undefined ? {} : { ifindex }),
        ...optional('mappedMac', mappedMac, anonymizer.mac),
        ...(kind === undefined ? {} : { kind }),
      })),
    ),
    ...optional('ips', node.ips, (of) => of.map(anonymizer.ip)),
    ...optional('localSegments', node.localSegments, macs),
    ...optional('remoteSegments', node.remoteSegments, macs),
    ...optional('agent', node.agent, (agent) => settings(agent, anonymizer)),
  };
}

function sitePod(pod: SitePodDocument, anonymizer: Anonymizer) {
  return {
    name: anonymizer.name('pod', pod.name),
    ...optional('namespace', pod.namespace, (name) => anonymizer.name('namespace', name)),
    node: anonymizer.name('node', pod.node),
    ...optional('nics', pod.nics, (nics) =>
      nics.map(({ name, kind, hostNic, mac, ips }) => ({
        ...optional('name', name, (of) => anonymizer.name('nic', of)),
        ...(kind === undefined ? {} : { kind }),
        ...optional('hostNic', hostNic, (of) => anonymizer.name('nic', of)),
        ...optional('mac', mac, anonymizer.mac),
        ...optional('ips', ips, (of) => of.map(anonymizer.ip)),
      })),
    ),
    ...optional('ips', pod.ips, (of) => of.map(anonymizer.ip)),
    ...optional('vpc', pod.vpc, (name) => anonymizer.name('vpc', name)),
  };
}

/** The end of an expected conversation: a Pod, a node or an address. */
function endName(end: string, nodes: ReadonlySet<string>, pods: ReadonlySet<string>, anonymizer: Anonymizer): string {
  if (pods.has(end) || end.includes('/')) return podName(end, anonymizer);
  if (nodes.has(end)) return anonymizer.name('node', end);
  return anonymizer.ip(end) ?? podName(end, anonymizer);
}

function podName(name: string, anonymizer: Anonymizer): string {
  const slash = name.indexOf('/');
  const pod = anonymizer.name('pod', name.slice(slash + 1));
  return slash < 0 ? pod : `${anonymizer.name('namespace', name.slice(0, slash))}/${pod}`;
}

function settings(value: unknown, anonymizer: Anonymizer): unknown {
  if (typeof value === 'string') return anonymizer.text(value);
  if (Array.isArray(value)) return value.map((item) => settings(item, anonymizer));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, settings(item, anonymizer)]));
}

/** The key with what becomes of its value, or nothing where it has none. */
function optional<K extends string, T, R>(key: K, value: T | undefined, map: (value: T) => R): { [P in K]?: R } {
  return value === undefined ? {} : ({ [key]: map(value) } as { [P in K]?: R });
}

function defined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, of]) => of !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
