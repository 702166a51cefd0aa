import { isCollection, isNode, LineCounter, parseAllDocuments, YAMLError } from 'yaml';

/** A JSON or YAML text that holds one or more documents. */
export interface SnapshotText {
  /** The documents' values, in order; empty YAML documents are left out. */
  readonly documents: readonly unknown[];
  /**
   * Where the value at this path of this document stands, from 1; null where the text is too large to look (its values are
   * right all the same).
   */
  locate(document: number, path: readonly (string | number)[]): TextPosition | null;
}

export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** The text is neither JSON nor YAML. `message` is one clause. */
export class SnapshotSyntaxError extends Error {
  constructor(
    message: string,
    readonly position: TextPosition | null,
    cause: unknown,
  ) {
    super(message, { cause });
  }
}

// Positions come from the YAML parser, which needs some 50 bytes of memory for each byte of text.
const largestTextToLocateIn = 32 * 1024 * 1024;

/**
 * JSON is parsed as such, for speed; several JSON texts one behind the other are taken as documents. All else is YAML 1.2
 * with the core schema, in which a timestamp stays the string that it is in JSON.
 *
 * @throws SnapshotSyntaxError
 */
export function parseSnapshotText(text: string): SnapshotText {
  const json = parseJsonDocuments(text);
  if (json !== null) return { documents: json, locate: (document, path) => locateInYaml(text, document, path) };
  return parseYaml(text);
}

function parseJsonDocuments(text: string): unknown[] | null {
  if (!/^\s*[[{]/.test(text)) return null;
  try {
    return [JSON.parse(text)];
  } catch {
    // Not one JSON text: several of them, or YAML in flow style, or broken; the YAML parser tells where.
  }
  const pieces = splitJson(text);
  if (pieces.length < 2) return null;
  try {
    return pieces.map((piece): unknown => JSON.parse(piece));
  } catch {
    return null;
  }
}

/** Cuts behind each `}` or `]` that closes a top-level value. */
function splitJson(text: string): string[] {
  const pieces: string[] = [];
  const token = /"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{}]/gs;
  let depth = 0;
  let start = 0;
  for (const match of text.matchAll(token)) {
    if (match[0] === '{' || match[0] === '[') depth++;
    else if (match[0] === '}' || match[0] === ']') depth--;
    else continue;
    if (depth > 0) continue;
    if (depth < 0) return [];
    const end = match.index + 1;
    pieces.push(text.slice(start, end));
    start = end;
  }
  return text.slice(start).trim() === '' ? pieces : [];
}

function parseYaml(text: string): SnapshotText {
  if (text.length > largestTextToLocateIn && /^\s*[[{]/.test(text)) {
    throw new SnapshotSyntaxError('broken JSON, too large to say where', null, null);
  }
  const { nodes, lines } = readYaml(text);
  const [error] = nodes.flatMap((node) => node.errors);
  if (error !== undefined) throw syntaxError(error, lines);
  try {
    const kept = nodes
      .map((node, index) => ({ value: node.toJS() as unknown, index }))
      .filter(({ value }) => value !== null);
    return {
      documents: kept.map(({ value }) => value),
      locate: (document, path) => locateInYaml(text, kept[document]?.index ?? 0, path),
    };
  } catch (thrown) {
    throw syntaxError(thrown, lines);
  }
}

function readYaml(text: string): { nodes: ReturnType<typeof documentsOf>; lines: LineCounter } {
  const lines = new LineCounter();
  try {
    return { nodes: documentsOf(text, lines), lines };
  } catch (thrown) {
    throw syntaxError(thrown, lines);
  }
}

function documentsOf(text: string, lineCounter: LineCounter) {
  const parsed = parseAllDocuments(text, { lineCounter, schema: 'core', version: '1.2', prettyErrors: false });
  return Array.isArray(parsed) ? parsed : [];
}

function syntaxError(thrown: unknown, lines: LineCounter): SnapshotSyntaxError {
  const place = thrown instanceof YAMLError ? position(lines, thrown.pos[0]) : null;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const message = text.includes('call stack') ? 'values are nested too deeply to be read' : lowerFirst(text);
  return new SnapshotSyntaxError(message, place, thrown);
}

function locateInYaml(text: string, document: number, path: readonly (string | number)[]): TextPosition | null {
  if (text.length > largestTextToLocateIn) return null;
  const lines = new LineCounter();
  try {
    const root = documentsOf(text, lines)[document]?.contents;
    const node: unknown = path.length === 0 ? root : isCollection(root) ? root.getIn(path, true) : null;
    return isNode(node) && node.range ? position(lines, node.range[0]) : null;
  } catch {
    // It could be read as JSON before; a place is a courtesy that YAML cannot always extend.
    return null;
  }
}

function position(lines: LineCounter, offset: number): TextPosition | null {
  const { line, col } = lines.linePos(offset);
  return line === 0 ? null : { line, column: col };
}

function lowerFirst(text: string): string {
  return `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`.replace(/\.$/, '');
}
