import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterResources } from '../../platform/cluster-resources.js';
import { type InferredCapture, inferCaptures } from '../../replay/capture-names.js';
import { readLinksDocument } from '../../replay/links-file.js';
import type { LinksDocument } from '../../replay/links-schema.js';
import { readSite } from '../../replay/site-file.js';
import { type SiteDocument, siteSchema } from '../../replay/site-schema.js';
import { readYaml } from '../../replay/yaml-source.js';
import { PlumblineError } from '../plumbline-error.js';
import { inputError } from '../replay/input-error.js';
import { readResources } from '../replay/read-resources.js';

export interface AnonymizeInput {
  readonly resources: ClusterResources | null;
  readonly clusterFile: string | null;
  readonly site: { readonly file: string; readonly document: SiteDocument } | null;
  readonly links: ReadonlyMap<string, LinksDocument>;
  readonly captures: readonly InferredCapture[];
  /** Files of the directory that hold system calls. */
  readonly syscalls: readonly string[];
  /** Files that get no copy, with the reason. */
  readonly leftOut: readonly { readonly file: string; readonly why: string }[];
}

const clusterName = 'cluster.json';

/** @throws PlumblineError (bad input) */
export async function readAnonymizeInput(
  directory: string,
  cluster: string | undefined,
  warn: (text: string) => void,
): Promise<AnonymizeInput> {
  const listing = await listed(directory);
  const site = await siteOf(directory, listing);
  const inSite = site?.document.resources ?? (listing.includes(clusterName) ? clusterName : undefined);
  const clusterFile = cluster ?? (inSite === undefined ? undefined : join(directory, inSite));
  const resources = clusterFile === undefined ? null : await readResources(clusterFile, clusterFile, warn);
  const special = new Set([site?.file, inSite, clusterName, ...siteSyscalls(site?.document), 'syscalls.jsonl']);
  const nodes = [...(resources?.nodes ?? []), ...(site?.document.nodes ?? [])].map(({ name }) => name);
  const pods = [
    ...(resources?.pods ?? []).map(({ namespace, name }) => `${namespace}/${name}`),
    ...(site?.document.pods ?? []).map(({ namespace, name }) => `${namespace ?? 'default'}/${name}`),
  ];
  const named = siteCaptures(site?.document);
  const taken = new Set(named.flatMap(({ files }) => files));
  const others = listing.filter((name) => !special.has(name) && !taken.has(name));
  const first = inferCaptures(others, { nodes, pods, nics: new Map() });
  const links = await readAllLinks(directory, first.links);
  const nics = new Map([...links].map(([node, { root }]) => [node, root.map(({ ifname }) => ifname)]));
  const inferred = inferCaptures(others, { nodes, pods, nics });
  const present = new Set(listing);
  const missing = [...taken, ...siteSyscalls(site?.document)].filter((file) => !present.has(file));
  return {
    resources,
    clusterFile: clusterFile ?? null,
    site,
    links,
    captures: [...named, ...inferred.captures]
      .map((capture) => ({ ...capture, files: capture.files.filter((file) => present.has(file)) }))
      .filter(({ files }) => files.length > 0),
    syscalls: [...new Set([...siteSyscalls(site?.document), 'syscalls.jsonl'])].filter((file) => present.has(file)),
    leftOut: [...inferred.unknown, ...missing.map((file) => ({ file, why: `not in ${directory}` }))],
  };
}

async function listed(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw PlumblineError.badInput(`${directory} cannot be listed (${code}).`, 'Name a directory of captures.', cause);
  }
}

async function siteOf(directory: string, listing: readonly string[]): Promise<AnonymizeInput['site']> {
  const [file, another] = listing.filter((name) => /\.ya?ml$/.test(name));
  if (file === undefined) return null;
  if (another !== undefined) {
    throw PlumblineError.badInput(
      `${directory} holds several site files (${file}, ${another}).`,
      'Leave one of them there.',
    );
  }
  const path = join(directory, file);
  const text = await readFile(path, 'utf8');
  const { site, problems } = readSite(text, path);
  if (site === null) throw inputError(problems);
  return { file, document: siteSchema.parse(readYaml(text, path).value) };
}

async function readAllLinks(
  directory: string,
  files: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, LinksDocument>> {
  const links = new Map<string, LinksDocument>();
  for (const [node, file] of files) {
    const path = join(directory, file);
    const { document, problems } = readLinksDocument(await readFile(path, 'utf8'), path);
    if (document === null) throw inputError(problems);
    links.set(node, document);
  }
  return links;
}

function siteCaptures(site: SiteDocument | undefined): readonly InferredCapture[] {
  return (site?.captures ?? []).map(({ node, nic, pod, file, files }) => ({
    node: node ?? '',
    nic: nic ?? 'eth0',
    pod: pod ?? null,
    files: [...(file === undefined ? [] : [file]), ...(files ?? [])],
  }));
}

function siteSyscalls(site: SiteDocument | undefined): readonly string[] {
  return (site?.syscalls ?? []).flatMap(({ file, files }) => [...(file === undefined ? [] : [file]), ...(files ?? [])]);
}
