import {
  type Document,
  isCollection,
  isMap,
  isScalar,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
} from 'yaml';
import type { InputProblem, SourcePosition } from './input-problem.js';

export type ValuePath = readonly (string | number)[];

/** A YAML (or JSON) text with the place of each value. */
export interface YamlSource {
  readonly file: string;
  /** Undefined where the text is no YAML at all. */
  readonly value: unknown;
  /** What YAML itself finds wrong: syntax, and keys given twice. */
  readonly problems: readonly InputProblem[];
  /** Of the value at the path, or of its key; where the path ends early, of what encloses it. */
  positionOf(path: ValuePath, atKey?: boolean): SourcePosition;
  /** The value at the path as it was written, undefined where there is none. */
  valueAt(path: ValuePath): unknown;
}

export function readYaml(text: string, file: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const at = (offset: number): SourcePosition => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problems: InputProblem[] = document.errors.map((error) => ({
    severity: 'error',
    position: at(error.pos[0]),
    found: foundBy(error.code, error.message, text.slice(error.pos[0], error.pos[0] + 200)),
    expected: error.code === 'DUPLICATE_KEY' ? 'each key once' : 'well-formed YAML',
    hint: error.code === 'DUPLICATE_KEY' ? 'Remove one of the two.' : 'Correct the text at this place.',
  }));
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    const expected = 'YAML whose aliases can be resolved';
    problems.push({ severity: 'error', position: at(0), found, expected, hint: 'Write the values out.' });
  }
  return {
    file,
    value,
    problems,
    positionOf: (path, atKey = false) => at(offsetOf(document, path, atKey)),
    valueAt: (path) => valueIn(value, path),
  };
}

function foundBy(code: string, message: string, text: string): string {
  const key = /^["']?([^"':\s]+)/.exec(text)?.[1] ?? '';
  return code === 'DUPLICATE_KEY' && key !== '' ? `the key ${key} a second time` : message.replace(/\s+/g, ' ');
}

function offsetOf(document: Document.Parsed<ParsedNode>, path: ValuePath, atKey: boolean): number {
  let node: Node | null = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const [i, step] of path.entries()) {
    const pair = isMap(node)
      ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step))
      : null;
    if (pair !== null && pair !== undefined) {
      const key = pair.key as Node;
      const value = pair.value as Node | null;
      const wantsKey = atKey && i === path.length - 1;
      offset = (wantsKey ? key.range?.[0] : (value?.range?.[0] ?? key.range?.[0])) ?? offset;
      node = value;
      continue;
    }
    const item: unknown = isCollection(node) && !isMap(node) ? node.items[Number(step)] : undefined;
    if (typeof item !== 'object' || item === null) break;
    node = item as Node;
    offset = node.range?.[0] ?? offset;
  }
  return offset;
}

function valueIn(value: unknown, path: ValuePath): unknown {
  let current = value;
  for (const step of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as Readonly<Record<string | number, unknown>>)[step];
  }
  return current;
}
