import { type GivenSettings, mergeSettings, parseSettings } from '../agent-config/parse-settings.js';
import type { AgentSettings } from '../agent-config/setting.js';
import { canonicalIp, parseIpWithPrefix } from '../platform/ip.js';
import type { PlatformKind } from '../platform/known-platform.js';
import { podKey, type Topology, type TopologyPod } from '../platform/topology.js';
import { type Expectation, readExpectation } from './expectation.js';
import { hasErrors, type InputProblem, type SourcePosition } from './input-problem.js';
import { schemaProblems } from './schema-problems.js';
import { checkReferences } from './site-references.js';
import { type SiteDocument, siteSchema } from './site-schema.js';
import { siteTopology } from './site-topology.js';
import { readYaml, type YamlSource } from './yaml-source.js';

/** A file that the site names, as written there; it is relative to the site file. */
export interface FileReference {
  readonly path: string;
  readonly position: SourcePosition;
}

/** One capturing place. Its files are read one after the other, in time order. */
export interface SiteCapture {
  readonly node: string;
  readonly nic: string;
  /** `namespace/name` where it was taken inside a Pod, else null. */
  readonly pod: string | null;
  readonly files: readonly FileReference[];
}

export interface SiteSyscalls {
  /** "" where each event says its own. */
  readonly node: string;
  readonly files: readonly FileReference[];
}

export interface Site {
  readonly file: string;
  readonly platform: PlatformKind;
  /** MACs as the site gives them; what is missing may be learnt. */
  readonly topology: Topology;
  readonly captures: readonly SiteCapture[];
  readonly syscalls: readonly SiteSyscalls[];
  readonly resources: FileReference | null;
  /** Null where nothing is expected: then nothing is judged. */
  readonly expectation: Expectation | null;
  /** Settings of a node's agent: defaults, `base`, the site's, the node's, then `overrides`. */
  settingsOf(node: string, overrides?: GivenSettings, base?: GivenSettings): AgentSettings;
}

export interface SiteReading {
  /** Null where there are errors. */
  readonly site: Site | null;
  readonly problems: readonly InputProblem[];
}

/** Reads SITE.yaml. Pure: whether the named files exist is the caller's to see. */
export function readSite(text: string, file: string): SiteReading {
  const source = readYaml(text, file);
  if (hasErrors(source.problems)) return { site: null, problems: source.problems };
  const parsed = siteSchema.safeParse(source.value ?? {});
  if (!parsed.success) return { site: null, problems: schemaProblems(parsed.error.issues, source, keysAt) };
  const document = parsed.data;
  const problems: InputProblem[] = [];
  const site = agentSettings(source, ['agent'], document.agent, problems);
  const ofNodes = new Map<string, GivenSettings>();
  for (const [i, node] of document.nodes.entries()) {
    ofNodes.set(node.name, agentSettings(source, ['nodes', i, 'agent'], node.agent, problems));
  }
  problems.push(...checkReferences(document, source));
  const { expectation, problems: expectProblems } = readExpectation(document.expect, source);
  problems.push(...expectProblems);
  if (hasErrors(problems)) return { site: null, problems };
  const topology = siteTopology(document, source);
  return {
    site: {
      file,
      platform: document.platform ?? 'reported',
      topology: { ...topology, vips: vipsOf(document) },
      captures: capturesOf(document, source, topology),
      syscalls: syscallsOf(document, source),
      resources: document.resources === undefined ? null : reference(source, document.resources, ['resources']),
      expectation,
      settingsOf: (node, overrides = {}, base = {}) => mergeSettings(base, site, ofNodes.get(node) ?? {}, overrides),
    },
    problems,
  };
}

function agentSettings(
  source: YamlSource,
  at: readonly (string | number)[],
  config: unknown,
  problems: InputProblem[],
): GivenSettings {
  const parsed = parseSettings(config);
  for (const { severity, path, atKey, found, expected, hint } of parsed.problems) {
    problems.push({ severity, position: source.positionOf([...at, ...path], atKey), found, expected, hint });
  }
  return parsed.given;
}

function vipsOf(document: SiteDocument): string[] {
  return (document.vips ?? []).flatMap((text) => parseIpWithPrefix(text)?.ip ?? canonicalIp(text) ?? []);
}

/** Entries of one place are pieces of one capture. */
function capturesOf(document: SiteDocument, source: YamlSource, topology: Topology): SiteCapture[] {
  const places = new Map<string, SiteCapture>();
  for (const [i, capture] of document.captures.entries()) {
    const pod = capture.pod === undefined ? null : (findPod(topology, capture.pod) ?? null);
    const place: SiteCapture = {
      node: capture.node ?? pod?.node ?? '',
      nic: capture.nic ?? pod?.nics[0]?.name ?? 'eth0',
      pod: pod === null ? null : podKey(pod),
      files: filesOf(source, ['captures', i], capture),
    };
    const key = JSON.stringify([place.node, place.pod, place.nic]);
    const before = places.get(key);
    places.set(key, before === undefined ? place : { ...before, files: [...before.files, ...place.files] });
  }
  return [...places.values()];
}

function syscallsOf(document: SiteDocument, source: YamlSource): SiteSyscalls[] {
  return (document.syscalls ?? []).map((entry, i) => ({
    node: entry.node ?? '',
    files: filesOf(source, ['syscalls', i], entry),
  }));
}

function filesOf(
  source: YamlSource,
  at: readonly (string | number)[],
  entry: { readonly file?: string | undefined; readonly files?: readonly string[] | undefined },
): FileReference[] {
  const one = entry.file === undefined ? [] : [reference(source, entry.file, [...at, 'file'])];
  return [...one, ...(entry.files ?? []).map((path, i) => reference(source, path, [...at, 'files', i]))];
}

function reference(source: YamlSource, path: string, at: readonly (string | number)[]): FileReference {
  return { path, position: source.positionOf(at) };
}

/** By `namespace/name`, or by a name that only one Pod has. */
export function findPod(topology: Topology, name: string): TopologyPod | undefined {
  const exact = topology.pods.find((pod) => podKey(pod) === name);
  if (exact !== undefined) return exact;
  const named = topology.pods.filter((pod) => pod.name === name);
  return named.length === 1 ? named[0] : undefined;
}

const keysByPlace: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^$/, Object.keys(siteSchema.shape)],
  [/^nodes\.\d+$/, ['name', 'nics', 'ips', 'agent', 'localSegments', 'remoteSegments']],
  [/^nodes\.\d+\.nics\.\d+$/, ['name', 'mac', 'ips', 'ifindex', 'mappedMac', 'kind']],
  [/^pods\.\d+$/, ['name', 'namespace', 'node', 'nics', 'ips', 'vpc']],
  [/^pods\.\d+\.nics\.\d+$/, ['name', 'kind', 'hostNic', 'mac', 'ips']],
  [/^captures\.\d+$/, ['node', 'nic', 'pod', 'file', 'files']],
  [/^syscalls\.\d+$/, ['node', 'file', 'files']],
  [/^expect$/, ['cni', 'span', 'tapSides', 'conversations']],
  [/^expect\.conversations\.\d+$/, ['client', 'server', 'port', 'protocol', 'tapSides']],
];

function keysAt(path: readonly (string | number)[]): readonly string[] {
  const place = path.join('.');
  return keysByPlace.find(([pattern]) => pattern.test(place))?.[1] ?? [];
}
