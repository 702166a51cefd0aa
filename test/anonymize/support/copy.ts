import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Mapping } from '../../../src/anonymize/anonymizer.js';
import { anonymize } from '../../../src/cli/commands/anonymize.js';
import { createTerminal } from '../../../src/cli/terminal.js';

export const key = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';

export interface Copy {
  readonly exitCode: number;
  readonly out: string;
  readonly mapping: Mapping;
  readonly stderr: string;
}

export async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-anonymize-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs the command within this process. */
export async function anonymousCopy(input: string, cluster?: string): Promise<Copy> {
  const folder = await temporary();
  const keyPath = join(folder, 'key');
  await writeFile(keyPath, key);
  let stderr = '';
  const terminal = {
    ...createTerminal(process),
    out: () => undefined,
    err: (text: string) => {
      stderr += text;
    },
  };
  const out = join(folder, 'out');
  const given = cluster === undefined ? {} : { cluster };
  const exitCode = await anonymize(terminal, input, { out, key: keyPath, ...given });
  const mapping = JSON.parse(await readFile(join(folder, 'out.mapping.json'), 'utf8')) as Mapping;
  return { exitCode, out, mapping, stderr };
}

/** Of the formats themselves; the lab has a Service of that name. */
const ownWords: ReadonlySet<string> = new Set(['server', 'client']);

/** Originals of the mapping that stand somewhere in the files or their names: as bytes, and as text. */
export async function leaks(out: string, { addresses, macs, names }: Mapping): Promise<string[]> {
  const wanted: [string, Buffer][] = [];
  for (const [text, other] of Object.entries(addresses)) {
    if (text === other) continue;
    wanted.push([text, Buffer.from(text)]);
    if (!text.includes(':')) wanted.push([text, Buffer.from(text.split('.').map(Number))]);
  }
  for (const [text, other] of Object.entries(macs)) {
    if (text === other) continue;
    wanted.push([text, Buffer.from(text)], [text, Buffer.from(text.replaceAll(':', ''), 'hex')]);
  }
  for (const pairs of Object.values(names)) {
    for (const [text, other] of Object.entries(pairs)) {
      if (text !== other && text.length > 2 && !ownWords.has(text)) wanted.push([text, Buffer.from(text)]);
    }
  }
  wanted.push(...['HTTP/1', 'GET /', 'Host:'].map((text): [string, Buffer] => [text, Buffer.from(text)]));
  const found: string[] = [];
  for (const file of await readdir(out)) {
    const bytes = Buffer.concat([Buffer.from(`${file}\n`), await readFile(join(out, file))]);
    // Words of the format, not of the owner.
    const text = Buffer.from(
      bytes.toString('latin1').replaceAll(/workload-|service|program-|label-|value-/g, ''),
      'latin1',
    );
    for (const [name, pattern] of wanted) if (text.includes(pattern)) found.push(`${file}: ${name}`);
  }
  return found;
}
