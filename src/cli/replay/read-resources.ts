import { readFile } from 'node:fs/promises';
import { type ClusterResources, readClusterResources } from '../../platform/cluster-resources.js';
import { holdsJournal } from './holds-journal.js';
import { fileProblem, inputError } from './input-error.js';

type Warn = (text: string) => void;

/**
 * The objects of a cluster: what kubectl printed as JSON or YAML, a snapshot `{type string: [object, ...]}`, or a journal
 * (the snapshot that the server held when it ended).
 *
 * @param shown how the file is named in messages
 * @throws PlumblineError (bad input)
 */
export async function readResources(path: string, shown: string, warn: Warn): Promise<ClusterResources> {
  const documents = (await holdsJournal(path)) ? [await fromJournal(path, shown, warn)] : await fromText(path, shown);
  return resourcesOf(documents, shown, warn);
}

/** Objects that a server gave as JSON. */
export function resourcesOf(documents: readonly unknown[], shown: string, warn: Warn): ClusterResources {
  const resources = readClusterResources(documents);
  const { nodes, pods, services, problems } = resources;
  if (nodes.length + pods.length + services.length === 0) {
    const expected = 'what `kubectl get nodes,pods -A -o json` prints, or a snapshot of an agent';
    const found = problems[0] === undefined ? 'no Node, Pod or Service' : problems[0].replace(/^found /, '');
    throw fileProblem(shown, found, expected, 'Get it again, with -o json.');
  }
  for (const problem of problems) warn(`${shown}: ${problem}\n`);
  return resources;
}

async function fromText(path: string, shown: string): Promise<readonly unknown[]> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    const found = cause.code === 'ENOENT' ? 'no such file' : `a file that cannot be read (${cause.code})`;
    throw fileProblem(shown, found, 'what `kubectl get nodes,pods -A -o json` prints', 'Check the path.');
  });
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  const { parseSnapshotText, SnapshotSyntaxError } = await import('../snapshot-text.js');
  try {
    return parseSnapshotText(text).documents;
  } catch (thrown) {
    if (!(thrown instanceof SnapshotSyntaxError)) throw thrown;
    const { line, column } = thrown.position ?? { line: 1, column: 1 };
    const position = { file: shown, line, column };
    const hint = 'Was the output cut off? Run kubectl again with -o json > FILE.';
    throw inputError([{ severity: 'error', position, found: thrown.message, expected: 'JSON or YAML', hint }]);
  }
}

async function fromJournal(path: string, shown: string, warn: Warn): Promise<unknown> {
  const { snapshotOfJournal } = await import('./snapshot-of-journal.js');
  return snapshotOfJournal(path, shown, warn);
}
