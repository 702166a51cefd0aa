import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Anonymizer, createAnonymizer } from '../../anonymize/anonymizer.js';
import { anonymizeCluster } from '../../anonymize/cluster.js';
import { captureNames } from '../../anonymize/file-names.js';
import { anonymizeLinks } from '../../anonymize/links.js';
import { anonymizeSite } from '../../anonymize/site.js';
import { anonymizeSyscalls } from '../../anonymize/syscalls.js';
import { makeDirectory } from '../../journal/make-directory.js';
import { keyFile } from '../anonymize/key-file.js';
import { checkPlaces } from '../anonymize/output-places.js';
import { type AnonymizeInput, readAnonymizeInput } from '../anonymize/read-input.js';
import { writeCapture } from '../anonymize/write-capture.js';
import { causeText } from '../cause-text.js';
import { ExitCode } from '../exit-code.js';
import { PlumblineError } from '../plumbline-error.js';
import type { Terminal } from '../terminal.js';

export interface AnonymizeOptions {
  readonly out: string;
  readonly key: string;
  readonly cluster?: string;
  readonly mapping?: string;
}

/** Copies a directory of captures with addresses and names exchanged and payload cut off. */
export async function anonymize(terminal: Terminal, input: string, options: AnonymizeOptions): Promise<ExitCode> {
  const { out, key } = options;
  const mapping = options.mapping ?? `${out.replace(/\/+$/, '')}.mapping.json`;
  await checkPlaces({ input, output: out, key, mapping });
  const found = await readAnonymizeInput(input, options.cluster, terminal.err);
  if (found.captures.length === 0) {
    throw PlumblineError.badInput(
      `${input} holds no capture of a known node.`,
      'Give --cluster FILE (kubectl get nodes,pods -A -o json > FILE), or a site file in the directory.',
    );
  }
  const secret = await keyFile(key);
  if (secret.isNew)
    terminal.err(`${key}: a new key; who has it can tell whether an address or a name is in the output\n`);
  const anonymizer = createAnonymizer(secret.key);
  try {
    makeDirectory(out);
  } catch (cause) {
    throw PlumblineError.badInput(`--out ${out} cannot be made: ${causeText(cause)}.`, undefined, cause);
  }
  const writing = await writeCaptures(terminal, input, out, found, anonymizer);
  await writeDocuments(terminal, input, out, found, anonymizer, writing.names);
  await writeFile(mapping, `${JSON.stringify(anonymizer.mapping(), null, 1)}\n`, { mode: 0o600, flag: 'wx' });
  for (const { file, why } of found.leftOut) terminal.err(`${join(input, file)}: left out, ${why}\n`);
  for (const [what, packets] of anonymizer.cuts) terminal.err(`${packets} packets cut short: ${what}\n`);
  tellKeptNics(terminal, anonymizer);
  const captures = [...writing.names.keys()].length;
  terminal.out(
    `${out}: ${captures} captures with ${writing.packets} packets; keep ${key} and ${mapping} to yourself\n`,
  );
  return writing.refused === 0 ? ExitCode.Good : ExitCode.BadInput;
}

interface Writing {
  /** New names of captures by old ones. */
  readonly names: ReadonlyMap<string, string>;
  readonly packets: number;
  readonly refused: number;
}

async function writeCaptures(
  terminal: Terminal,
  input: string,
  out: string,
  { captures, resources }: AnonymizeInput,
  anonymizer: Anonymizer,
): Promise<Writing> {
  const names = new Map<string, string>();
  let [packets, refused] = [0, 0];
  for (const [file, base] of captureNames(captures, resources?.pods ?? [], anonymizer)) {
    const written = await writeCapture(join(input, file), join(out, base), anonymizer);
    if (typeof written === 'string') {
      terminal.err(`${terminal.errStyle.bad('plumbline:')} ${join(input, file)}: left out, ${written}\n`);
      refused++;
      continue;
    }
    if (written.problem !== null) terminal.err(`${join(input, file)}: ${written.problem}\n`);
    names.set(file, basename(written.file));
    packets += written.packets;
  }
  return { names, packets, refused };
}

const clusterName = 'cluster.json';

async function writeDocuments(
  terminal: Terminal,
  input: string,
  out: string,
  found: AnonymizeInput,
  anonymizer: Anonymizer,
  captures: ReadonlyMap<string, string>,
): Promise<void> {
  const files = new Map(captures);
  const write = async (name: string, text: string): Promise<void> => writeFile(join(out, name), text, { flag: 'wx' });
  if (found.resources !== null) {
    await write(clusterName, `${JSON.stringify(anonymizeCluster(found.resources, anonymizer), null, 1)}\n`);
    const named = found.site?.document.resources;
    if (named !== undefined) files.set(named, clusterName);
  }
  for (const [node, document] of found.links) {
    const links = anonymizeLinks(document, anonymizer);
    await write(`${anonymizer.name('node', node)}.links.json`, `${JSON.stringify(links, null, 1)}\n`);
  }
  for (const [i, file] of found.syscalls.entries()) {
    const { text, problems } = anonymizeSyscalls(await readFile(join(input, file), 'utf8'), anonymizer);
    for (const { line, expected } of problems) {
      terminal.err(`${join(input, file)}:${line}: left out, expected ${expected}\n`);
    }
    const name = file === 'syscalls.jsonl' ? file : `syscalls-${i + 1}.jsonl`;
    await write(name, text);
    files.set(file, name);
  }
  if (found.site !== null) {
    await write(
      'site.yaml',
      anonymizeSite(found.site.document, anonymizer, (file) => files.get(file) ?? null),
    );
  }
}

/** Whose names look common to this program may still tell their owner something. */
function tellKeptNics(terminal: Terminal, anonymizer: Anonymizer): void {
  const kept = Object.entries(anonymizer.mapping().names.nic ?? {}).filter(([name, other]) => name === other);
  if (kept.length > 0) terminal.err(`names of NICs that stay: ${kept.map(([name]) => name).join(', ')}\n`);
}
