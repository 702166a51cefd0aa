import { readFile, stat } from 'node:fs/promises';
import type { Compat } from '../kube/compat.js';
import {
  type FailAt,
  getAdvice,
  readSnapshotDocument,
  type SnapshotEntry,
  type SnapshotForm,
  wantedForms,
} from './snapshot-document.js';
import { type SnapshotFault, SnapshotFileError } from './snapshot-file-error.js';
import { parseSnapshotText, SnapshotSyntaxError, type SnapshotText, type TextPosition } from './snapshot-text.js';

/** Objects of one kind that DeepFlow has no type for. */
export interface IgnoredKind {
  readonly kind: string;
  readonly apiVersion: string;
  readonly count: number;
}

export interface SnapshotSource {
  readonly file: string;
  readonly holds: readonly SnapshotForm[];
  /** Entries taken from it. */
  readonly entries: number;
}

export interface SnapshotFiles {
  /** In the order of the files and of the objects in them. */
  readonly entries: readonly SnapshotEntry[];
  /** By descending count. */
  readonly ignored: readonly IgnoredKind[];
  readonly sources: readonly SnapshotSource[];
}

export interface SnapshotReadOptions {
  readonly compat: Compat;
}

/**
 * Reads what `kubectl get -o json|yaml` and `kubectl version -o json` print, and JSON objects `{type string: [object]}`.
 *
 * @throws SnapshotFileError for a file that is none of these, or cannot be read
 */
export async function readSnapshotFiles(
  files: readonly string[],
  options: SnapshotReadOptions,
): Promise<SnapshotFiles> {
  const entries: SnapshotEntry[] = [];
  const sources: SnapshotSource[] = [];
  const ignored = new Map<string, { kind: string; apiVersion: string; count: number }>();
  for (const file of files) {
    const content = readSnapshotText(file, await readText(file), options.compat);
    for (const entry of content.entries) entries.push(entry);
    for (const { kind, apiVersion } of content.ignored) {
      const known = ignored.get(`${apiVersion} ${kind}`);
      if (known === undefined) ignored.set(`${apiVersion} ${kind}`, { kind, apiVersion, count: 1 });
      else known.count++;
    }
    sources.push({ file, holds: content.holds, entries: content.entries.length });
  }
  return { entries, ignored: [...ignored.values()].sort((a, b) => b.count - a.count), sources };
}

interface SnapshotContent {
  readonly entries: readonly SnapshotEntry[];
  /** One element for each object left out. */
  readonly ignored: readonly { readonly kind: string; readonly apiVersion: string }[];
  readonly holds: SnapshotSource['holds'];
}

async function readText(file: string): Promise<string> {
  const fail = (found: string, expected: string, advice: string, cause?: unknown): SnapshotFileError =>
    new SnapshotFileError({ file, line: null, column: null, found, expected, advice }, cause);
  let bytes: Buffer;
  try {
    if ((await stat(file)).isDirectory()) {
      throw fail(
        'a directory that is no journal',
        'a file',
        'Name the files in it, or the directory that --journal wrote.',
      );
    }
    bytes = await readFile(file);
  } catch (thrown) {
    if (thrown instanceof SnapshotFileError) throw thrown;
    const code = (thrown as NodeJS.ErrnoException).code ?? String(thrown);
    throw fail(
      code === 'ENOENT' ? 'no such file' : `a file that cannot be read (${code})`,
      'a file',
      'Check the path.',
      thrown,
    );
  }
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) throw fail('gzip data', 'text', 'Unpack it with gunzip first.');
  // Windows PowerShell's > writes UTF-16 with a byte order mark.
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf16le' : 'utf8';
  try {
    return bytes.toString(encoding).replace(/^\uFEFF/, '');
  } catch (thrown) {
    throw fail(
      `${bytes.length} bytes`,
      'at most 512 MiB in one file',
      'Write each kind into a file of its own.',
      thrown,
    );
  }
}

/**
 * What one text holds; `file` names it in errors.
 *
 * @throws SnapshotFileError
 */
export function readSnapshotText(file: string, text: string, compat: Compat): SnapshotContent {
  const parsed = parse(file, text);
  const entries: SnapshotEntry[] = [];
  const ignored: { kind: string; apiVersion: string }[] = [];
  const holds = new Set<SnapshotSource['holds'][number]>();
  for (const [index, document] of parsed.documents.entries()) {
    const failAt: FailAt = (path, fault) => {
      throw new SnapshotFileError({ file, ...placeOf(parsed.locate(index, path)), ...fault });
    };
    const part = readSnapshotDocument(document, compat, failAt);
    holds.add(part.holds);
    for (const entry of part.entries) entries.push(entry);
    for (const one of part.ignored) ignored.push(one);
  }
  return { entries, ignored, holds: [...holds] };
}

function parse(file: string, text: string): SnapshotText {
  try {
    const parsed = parseSnapshotText(text);
    if (parsed.documents.length > 0) return parsed;
  } catch (thrown) {
    if (!(thrown instanceof SnapshotSyntaxError)) throw thrown;
    const advice = 'Was the output cut off, or mixed with messages on stderr? Run kubectl again with -o json > FILE.';
    throw new SnapshotFileError(
      {
        file,
        ...placeOf(thrown.position),
        found: `a syntax error (${thrown.message})`,
        expected: 'JSON or YAML',
        advice,
      },
      thrown,
    );
  }
  throw new SnapshotFileError({
    file,
    line: 1,
    column: 1,
    found: 'an empty file',
    expected: wantedForms,
    advice: getAdvice,
  });
}

function placeOf(position: TextPosition | null): Pick<SnapshotFault, 'line' | 'column'> {
  return position === null ? { line: null, column: null } : { line: position.line, column: position.column };
}
