import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { defaultSettings, type GivenSettings, mergeSettings } from '../../agent-config/parse-settings.js';
import type { ClusterResources } from '../../platform/cluster-resources.js';
import { type InferredCapture, inferCaptures } from '../../replay/capture-names.js';
import { directoryTopology, withPodNicKind } from '../../replay/directory-site.js';
import type { Expectation } from '../../replay/expectation.js';
import { atInterfaces, type WithInterfaces } from '../../replay/interface-captures.js';
import { type NodeLinks, nodeLinks, readLinksDocument } from '../../replay/links-file.js';
import { PlumblineError } from '../plumbline-error.js';
import { inputError } from './input-error.js';
import type { InterfaceNames } from './interface-names.js';
import type { InputCapture, ReplayInput } from './replay-input.js';
import { servedTopology } from './served-topology.js';
import type { ServerFacts } from './server-resources.js';

export interface DirectoryInputOptions {
  readonly overrides: GivenSettings;
  readonly expectation: Expectation | null;
  readonly resources: ClusterResources;
  /** What a server gives; null where none is asked. */
  readonly served: ServerFacts | null;
  readonly interfaceNames: InterfaceNames;
}

/** Taken along where it lies beside the captures; each event names its own node. */
const syscallsFile = 'syscalls.jsonl';

/** @throws PlumblineError (bad input) where the directory holds no capture of a known place */
export async function directoryInput(directory: string, options: DirectoryInputOptions): Promise<ReplayInput> {
  const { overrides, expectation, resources, served, interfaceNames } = options;
  const listing = await listed(directory);
  const names = listing.filter((name) => name !== syscallsFile);
  const notes: string[] = [];
  const nodes = resources.nodes.map(({ name }) => name);
  const pods = resources.pods.map(({ namespace, name }) => `${namespace}/${name}`);
  const first = inferCaptures(names, { nodes, pods, nics: new Map() });
  const links = await readAllLinks(directory, first.links);
  const nics = new Map([...links].map(([node, { nics: known }]) => [node, known.map(({ name }) => name)]));
  const inferred = inferCaptures(names, { nodes, pods, nics });
  for (const { file, why } of inferred.unknown) notes.push(`${join(directory, file)}: left out, ${why}`);
  if (inferred.captures.length === 0) {
    throw PlumblineError.badInput(
      `--captures ${directory} holds no capture of a node of the cluster (${nodes.join(', ') || 'which has none'}).`,
      'Name them NODE-NIC.pcap, as in worker-1-eth0.pcap; pod-POD-NIC.pcap for those taken inside a Pod.',
    );
  }
  const captures = await atInterfaces(inferred.captures, ({ files }) => interfaceNames(directory, files));
  const site = directoryTopology(resources, links, captures);
  const kind = podNicKindOf(expectation);
  const known = servedTopology(site.topology, served);
  return {
    name: directory,
    root: resolve(directory),
    platform: 'reported',
    topology: kind === null ? known.topology : withPodNicKind(known.topology, kind),
    captures: captures.flatMap((capture) => placed(capture, resources, notes)),
    syscalls: listing.includes(syscallsFile) ? [{ node: '', files: [syscallsFile] }] : [],
    resources,
    expectation,
    learnsPodEnds: true,
    notes: [...notes, ...site.notes, ...known.notes],
    settingsOf: () => mergeSettings(defaultSettings, served?.settings ?? {}, overrides),
  };
}

async function listed(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw PlumblineError.badInput(`--captures ${directory} cannot be listed (${code}).`, 'Name a directory.', cause);
  }
}

async function readAllLinks(directory: string, files: ReadonlyMap<string, string>): Promise<Map<string, NodeLinks>> {
  const links = new Map<string, NodeLinks>();
  for (const [node, file] of files) {
    const path = join(directory, file);
    const { document, problems } = readLinksDocument(await readFile(path, 'utf8'), path);
    if (document === null) throw inputError(problems);
    links.set(node, nodeLinks(document, file));
  }
  return links;
}

/** Where the name is that of Pods in several namespaces, whose capture it is cannot be told. */
function placed(capture: ReplayCapture, resources: ClusterResources, notes: string[]): InputCapture[] {
  const { node, nic, pod, files, interfaces } = capture;
  if (pod === null) return [{ node, nic, pod, files, interfaces }];
  const fitting = resources.pods.filter((one) => [one.name, `${one.namespace}-${one.name}`].includes(pod));
  const [only, another] = fitting;
  if (only === undefined || another !== undefined) {
    notes.push(`${files.join(', ')}: left out, ${fitting.length} Pods are named ${pod}`);
    return [];
  }
  return [{ node: only.node, nic, pod: `${only.namespace}/${only.name}`, files, interfaces }];
}

type ReplayCapture = InferredCapture & WithInterfaces;

function podNicKindOf(expectation: Expectation | null): 'macvlan' | 'ipvlan' | null {
  switch (expectation?.cni) {
    case 'macvlan':
    case 'cce-turbo':
      return 'macvlan';
    case 'ipvlan':
      return 'ipvlan';
    default:
      return null;
  }
}
