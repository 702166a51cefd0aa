import { nearestKey } from '../agent-config/nearest-key.js';
import { parseMac } from '../platform/mac.js';
import { defaultNamespace } from '../platform/topology.js';
import type { InputProblem } from './input-problem.js';
import { allNics } from './interface-captures.js';
import type { SiteDocument } from './site-schema.js';
import type { ValuePath, YamlSource } from './yaml-source.js';

/** What a schema cannot see: names that point to nothing, things given twice, captures without a place or a file. */
export function checkReferences(document: SiteDocument, source: YamlSource): InputProblem[] {
  const report = reporter(source);
  const nodes = document.nodes.map((node) => node.name);
  const podNames = (document.pods ?? []).map((pod) => `${pod.namespace ?? defaultNamespace}/${pod.name}`);
  checkUnique(report, nodes, 'node', (i) => ['nodes', i, 'name']);
  checkUnique(report, podNames, 'Pod', (i) => ['pods', i, 'name']);
  for (const [i, node] of document.nodes.entries()) {
    const nics = (node.nics ?? []).map((nic) => nic.name);
    checkUnique(report, nics, `NIC of ${node.name}`, (j) => ['nodes', i, 'nics', j, 'name']);
  }
  for (const [i, pod] of (document.pods ?? []).entries()) checkNode(report, pod.node, nodes, ['pods', i, 'node']);
  checkMacs(report, document);
  for (const [i, capture] of document.captures.entries()) {
    checkFiles(report, capture, ['captures', i]);
    if (capture.node !== undefined) checkNode(report, capture.node, nodes, ['captures', i, 'node']);
    if (capture.pod !== undefined) checkPod(report, capture.pod, podNames, ['captures', i, 'pod']);
    else if (capture.node === undefined || capture.nic === undefined) {
      const missing = capture.node === undefined ? 'node' : 'nic';
      const expected = 'where it was taken: node and nic, or pod';
      report.error(['captures', i], false, `a capture without ${missing}`, expected, `Add ${missing}.`);
    } else if (capture.nic !== allNics) checkNic(report, document, capture.node, capture.nic, ['captures', i, 'nic']);
  }
  for (const [i, entry] of (document.syscalls ?? []).entries()) {
    checkFiles(report, entry, ['syscalls', i]);
    if (entry.node !== undefined) checkNode(report, entry.node, nodes, ['syscalls', i, 'node']);
  }
  return report.problems;
}

interface Reporter {
  readonly problems: InputProblem[];
  error(path: ValuePath, atKey: boolean, found: string, expected: string, hint: string): void;
  note(path: ValuePath, found: string, expected: string, hint: string): void;
}

function reporter(source: YamlSource): Reporter {
  const problems: InputProblem[] = [];
  return {
    problems,
    error(path, atKey, found, expected, hint) {
      problems.push({ severity: 'error', position: source.positionOf(path, atKey), found, expected, hint });
    },
    note(path, found, expected, hint) {
      problems.push({ severity: 'note', position: source.positionOf(path), found, expected, hint });
    },
  };
}

function checkUnique(report: Reporter, names: readonly string[], what: string, pathOf: (i: number) => ValuePath): void {
  const seen = new Set<string>();
  for (const [i, name] of names.entries()) {
    if (seen.has(name)) {
      report.error(pathOf(i), false, `the ${what} ${name} a second time`, `each ${what} once`, 'Remove or rename one.');
    }
    seen.add(name);
  }
}

function checkNode(report: Reporter, name: string, nodes: readonly string[], path: ValuePath): void {
  if (nodes.includes(name)) return;
  report.error(path, false, `the unknown node ${name}`, `one of ${nodes.join(', ')}`, suggestion(name, nodes, 'nodes'));
}

function checkPod(report: Reporter, name: string, pods: readonly string[], path: ValuePath): void {
  const fitting = pods.filter((pod) => pod === name || pod.endsWith(`/${name}`));
  if (fitting.length === 1 || pods.includes(name)) return;
  const bare = pods.map((pod) => pod.slice(pod.indexOf('/') + 1));
  if (fitting.length > 1) {
    const found = `the name ${name}, which ${fitting.length} Pods have`;
    report.error(path, false, found, `one of ${fitting.join(', ')}`, 'Write namespace/name.');
    return;
  }
  report.error(path, false, `the unknown Pod ${name}`, 'a Pod of this site', suggestion(name, bare, 'pods'));
}

function checkNic(report: Reporter, document: SiteDocument, node: string, nic: string, path: ValuePath): void {
  const own = document.nodes.find((candidate) => candidate.name === node)?.nics ?? [];
  const hostNics = (document.pods ?? []).filter((pod) => pod.node === node).flatMap((pod) => pod.nics ?? []);
  const known = [...own.map(({ name }) => name), ...hostNics.flatMap(({ hostNic }) => hostNic ?? [])];
  if (known.includes(nic)) return;
  const near = nearestKey(nic, known);
  const hint =
    near === null ? `Add it to nodes, with its MAC.` : `Did you mean ${near}? Else add it to nodes, with its MAC.`;
  report.note(
    path,
    `a capture of ${node} ${nic}, whose MAC nobody gives`,
    `a NIC of ${node} or the hostNic of a Pod`,
    hint,
  );
}

function checkFiles(
  report: Reporter,
  entry: { readonly file?: string | undefined; readonly files?: readonly string[] | undefined },
  path: ValuePath,
): void {
  const given = (entry.file === undefined ? 0 : 1) + (entry.files === undefined ? 0 : 1);
  if (given === 1) return;
  const found = given === 0 ? 'neither file nor files' : 'both file and files';
  report.error(path, false, found, 'one of the two', 'Name one file, or several in the order of time.');
}

function checkMacs(report: Reporter, document: SiteDocument): void {
  const owners = new Map<number, string>();
  const claim = (text: string | undefined, owner: string, path: ValuePath): void => {
    const mac = text === undefined ? null : parseMac(text);
    if (mac === null || mac === 0) return;
    const before = owners.get(mac);
    if (before === undefined) owners.set(mac, owner);
    else
      report.note(
        path,
        `the MAC of ${before} again`,
        'a MAC of its own',
        'Only an IPVlan NIC (kind: ipvlan) shares one.',
      );
  };
  for (const [i, node] of document.nodes.entries()) {
    const physical = new Set<string>();
    for (const [j, nic] of (node.nics ?? []).entries()) {
      // Bridges take the MAC of a port, and a bond's members share one.
      if (nic.mac !== undefined && !physical.has(nic.mac)) {
        claim(nic.mac, `${node.name} ${nic.name}`, ['nodes', i, 'nics', j, 'mac']);
        physical.add(nic.mac);
      }
    }
  }
  for (const [i, pod] of (document.pods ?? []).entries()) {
    for (const [j, nic] of (pod.nics ?? []).entries()) {
      if (nic.kind !== 'ipvlan') claim(nic.mac, `Pod ${pod.name}`, ['pods', i, 'nics', j, 'mac']);
    }
  }
}

function suggestion(name: string, known: readonly string[], list: string): string {
  const near = nearestKey(name, known);
  return near === null ? `Add it to ${list}, or correct the name.` : `Did you mean ${near}?`;
}
