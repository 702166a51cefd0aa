import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { GivenSettings } from '../../agent-config/parse-settings.js';
import type { ClusterResources } from '../../platform/cluster-resources.js';
import { withNamedNics } from '../../platform/named-nics.js';
import type { Expectation } from '../../replay/expectation.js';
import { hasErrors, type InputProblem, inputProblemText } from '../../replay/input-problem.js';
import { atInterfaces } from '../../replay/interface-captures.js';
import { type FileReference, readSite, type Site } from '../../replay/site-file.js';
import { PlumblineError } from '../plumbline-error.js';
import { inputError } from './input-error.js';
import type { InterfaceNames } from './interface-names.js';
import type { ReplayInput } from './replay-input.js';
import { servedTopology } from './served-topology.js';
import type { ServerFacts } from './server-resources.js';

export interface SiteInputOptions {
  readonly overrides: GivenSettings;
  /** In place of the site's own. */
  readonly expectation: Expectation | null;
  /** What a server gives; null where none is asked. */
  readonly served: ServerFacts | null;
  readonly warn: (text: string) => void;
  readonly interfaceNames: InterfaceNames;
}

/** @throws PlumblineError (bad input) for a site that cannot be used; each problem with file, line and column */
export async function siteInput(file: string, options: SiteInputOptions): Promise<ReplayInput> {
  const text = await readSiteText(file);
  const { site, problems } = readSite(text, file);
  if (site === null) throw inputError(problems);
  const root = dirname(resolve(file));
  const missing = await missingFiles(site, root);
  if (hasErrors(missing)) throw inputError(missing);
  const { overrides, served, warn, interfaceNames } = options;
  const given = site.captures.map((capture) => ({ ...capture, files: capture.files.map(pathOf) }));
  const captures = await atInterfaces(given, ({ files }) => interfaceNames(root, files));
  const known = servedTopology(withNamedNics(site.topology, captures), served);
  const ofGroup = served?.settings ?? {};
  const [base, last] = served?.groupIsNamed === true ? [{}, { ...ofGroup, ...overrides }] : [ofGroup, overrides];
  return {
    name: file,
    root,
    platform: site.platform,
    topology: known.topology,
    captures,
    syscalls: site.syscalls.map(({ node, files }) => ({ node, files: files.map(pathOf) })),
    resources: served?.resources ?? (await resourcesOf(site, root, warn)),
    expectation: options.expectation ?? site.expectation,
    learnsPodEnds: false,
    notes: [...problems.map(inputProblemText), ...known.notes],
    settingsOf: (node) => site.settingsOf(node, last, base),
  };
}

async function readSiteText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw PlumblineError.badInput(
      `${file}:1:1: found ${code === 'ENOENT' ? 'no such file' : `a file that cannot be read (${code})`}, expected a site file.`,
      'Check the path; docs/ and --help tell what a site file holds.',
      cause,
    );
  }
}

async function missingFiles(site: Site, root: string): Promise<InputProblem[]> {
  const references = [...site.captures.flatMap(({ files }) => files), ...site.syscalls.flatMap(({ files }) => files)];
  const checks = references.map(async (reference) => problemOf(reference, root, false));
  if (site.resources !== null) checks.push(problemOf(site.resources, root, true));
  return (await Promise.all(checks)).filter((problem) => problem !== null);
}

async function problemOf(
  { path, position }: FileReference,
  root: string,
  mayBeDirectory: boolean,
): Promise<InputProblem | null> {
  const error = (found: string, hint: string): InputProblem => {
    return { severity: 'error', position, found, expected: 'a file, relative to the site file', hint };
  };
  try {
    const found = await stat(resolve(root, path));
    if (found.isDirectory() && !mayBeDirectory) return error(`the directory ${path}`, 'Name a file in it.');
    return null;
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return error(`${path}, which is not there`, `Looked for ${resolve(root, path)}.`);
    }
    return error(`${path}, which cannot be read (${code})`, 'Check its rights.');
  }
}

async function resourcesOf(site: Site, root: string, warn: (text: string) => void): Promise<ClusterResources | null> {
  if (site.resources === null) return null;
  const { readResources } = await import('./read-resources.js');
  return readResources(resolve(root, site.resources.path), site.resources.path, warn);
}

function pathOf({ path }: FileReference): string {
  return path;
}
