import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type LineCounter,
  type Node,
  type Pair,
  visit,
  type YAMLError,
} from 'yaml';
import { composeYaml } from './compose-yaml.js';
import type { ConfigurationFinding, FindingKind } from './configuration-finding.js';

/** A document of agent group configuration: a mapping, with the places of its parts. */
export interface ConfigurationDocument {
  readonly root: Readonly<Record<string, unknown>>;
  /** As it was parsed, comments and all. */
  readonly yaml: Document.Parsed;
  /** Where a key (`atKey`) or its value stands; what is around it where it stands nowhere. */
  position(path: readonly (string | number)[], atKey: boolean): Position;
  /** Problems that did not keep it from being read. */
  readonly warnings: readonly ConfigurationFinding[];
}

/** Both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export type ReadConfiguration =
  | { readonly ok: true; readonly document: ConfigurationDocument }
  | { readonly ok: false; readonly findings: readonly ConfigurationFinding[] };

/** Agents take at most 1 MiB in one message at first, and the rest of an answer needs room, too. */
export const maxConfigurationBytes = 512 * 1024;
/** Those of DeepFlow's deepest keys are eight; aliases may lead deeper than the text. */
const maxDepth = 64;
const maxValues = 50_000;
const maxAliases = 1000;
const maxProblems = 20;

/** Takes bounded time and memory, whatever the text is. Never throws. */
export function readConfiguration(text: string): ReadConfiguration {
  const size = Buffer.byteLength(text);
  if (size > maxConfigurationBytes) {
    const hint = 'Agents take messages of 1 MiB at first, and the whole configuration travels in one.';
    return refused('too-large', `a document of ${size} bytes`, `at most ${maxConfigurationBytes} bytes`, hint);
  }
  const composed = composeYaml(text);
  if (!composed.ok) {
    const { found, expected, hint, offset } = composed;
    return refused('yaml', found, expected, hint, composed.lines.linePos(offset));
  }
  const { documents, lines } = composed;
  const [document, second] = documents;
  if (second !== undefined) {
    const hint = 'Remove the line "---" and what follows it.';
    return refused('yaml', 'a second document', 'one document', hint, lines.linePos(second.range[0]));
  }
  if (document === undefined) return emptyDocument();
  if (document.errors.length > 0) {
    return { ok: false, findings: document.errors.slice(0, maxProblems).map((each) => yamlFinding(each, lines)) };
  }
  return readDocument(document, lines);
}

function readDocument(document: Document.Parsed, lines: LineCounter): ReadConfiguration {
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) return emptyDocument(document);
  if (!isMap(contents)) {
    const hint = 'Write lines of "key: value"; "{}" is a configuration that sets nothing.';
    const found = isSeq(contents) ? 'a list' : 'a single value';
    return refused('not-a-mapping', found, 'keys and values', hint, place(contents, lines));
  }
  const aliases = resolveAliases(contents);
  const problem = findDuplicate(contents, lines) ?? findLoose(aliases, lines) ?? findBomb(aliases, contents);
  if (problem !== null) return { ok: false, findings: [problem] };
  return {
    ok: true,
    document: {
      // Expansion was bounded by `findBomb`.
      root: document.toJS({ maxAliasCount: -1 }) as Record<string, unknown>,
      yaml: document,
      position: (path, atKey) => positionOf(aliases, contents, lines, path, atKey),
      warnings: document.warnings.slice(0, maxProblems).map((each) => ({
        ...yamlFinding(each, lines),
        severity: 'warning',
      })),
    },
  };
}

function emptyDocument(yaml?: Document.Parsed): ReadConfiguration {
  const composed = composeYaml('{}');
  const parsed = yaml ?? (composed.ok ? composed.documents[0] : undefined);
  if (parsed === undefined) throw new Error('"{}" is YAML');
  return { ok: true, document: { root: {}, yaml: parsed, position: () => ({ line: 1, column: 1 }), warnings: [] } };
}

/** Agents refuse a mapping that has a key twice, and so does the server. */
function findDuplicate(root: Node, lines: LineCounter): ConfigurationFinding | null {
  const open: { readonly node: Node; readonly name: string }[] = [{ node: root, name: '' }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, name } = next;
    if (isSeq(node)) {
      for (const [index, item] of node.items.entries()) open.push({ node: item as Node, name: `${name}[${index}]` });
    } else if (isMap(node)) {
      const seen = new Map<string, Node>();
      for (const { key, value } of node.items as readonly Pair<Node, Node | null>[]) {
        const text = isScalar(key) ? String(key.value) : key.toString();
        const path = name === '' ? text : `${name}.${text}`;
        const before = seen.get(text);
        if (before !== undefined) {
          const found = `${path}, which line ${place(before, lines).line} has already`;
          const hint = 'Keep one of the two: neither the server nor agents take both.';
          return finding('duplicate-key', path, found, 'each key once', hint, place(key, lines));
        }
        seen.set(text, key);
        if (value !== null) open.push({ node: value, name: path });
      }
    }
  }
  return null;
}

function findLoose(aliases: Aliases, lines: LineCounter): ConfigurationFinding | null {
  for (const [alias, node] of aliases) {
    if (node !== undefined) continue;
    const hint = `Write &${alias.source} before what it is to stand for, further up.`;
    return finding('yaml', '', `*${alias.source}, which stands for nothing`, 'YAML', hint, place(alias, lines));
  }
  return null;
}

/** Aliases that make more of a text than anybody wrote, and ways of writing that make more of it when it is written anew. */
function findBomb(aliases: Aliases, root: Node): ConfigurationFinding | null {
  const hint =
    'Aliases (*name) count for all that they stand for, and lines of a text with their indentation: shorten it.';
  const bomb = (found: string) =>
    finding('yaml', '', found, 'a configuration that people can read', hint, { line: 1, column: 1 });
  if (aliases.size > maxAliases) return bomb(`more than ${maxAliases} aliases`);
  const open: { readonly node: unknown; readonly depth: number }[] = [{ node: root, depth: 1 }];
  let values = 0;
  let bytes = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, depth } = next;
    values += 1;
    if (values > maxValues) return bomb(`more than ${maxValues} values`);
    if (depth > maxDepth) return bomb(`more than ${maxDepth} levels`);
    bytes += lengthOf(node, depth) + 2 * depth;
    if (bytes > maxConfigurationBytes) {
      const found = `more than ${maxConfigurationBytes} bytes, written out as agents are sent it`;
      return finding('too-large', '', found, `at most ${maxConfigurationBytes} bytes`, hint, { line: 1, column: 1 });
    }
    if (isAlias(node)) open.push({ node: aliases.get(node), depth: depth + 1 });
    else if (isSeq(node)) for (const item of node.items) open.push({ node: item, depth: depth + 1 });
    else if (isMap(node)) {
      for (const { key, value } of node.items) {
        bytes += keyLength(isAlias(key) ? aliases.get(key) : key, depth + 1);
        open.push({ node: value, depth: depth + 1 });
      }
    }
  }
  return null;
}

/** About what a scalar takes when it is written anew at this depth, bytes: with escapes, and with lines that are indented. */
function lengthOf(node: unknown, depth: number): number {
  if (!isScalar(node)) return 0;
  const { value, source = '' } = node;
  const indent = 2 * (depth - 1);
  // Written as a list of numbers.
  if (value instanceof Uint8Array) return value.length * (indent + longestByte);
  if (typeof value !== 'string') return Math.max(source.length, String(value).length);
  const lines = value.split('\n').length - 1;
  return Buffer.byteLength(JSON.stringify(value)) + lines * indent;
}

const longestByte = '- 255\n'.length;

/** A key that is a collection becomes its own text, in UTF-16 units of up to three bytes. */
function keyLength(key: unknown, depth: number): number {
  if (isScalar(key)) return lengthOf(key, depth);
  const [from, to] = isNode(key) ? (key.range ?? [0, 0]) : [0, 0];
  return 3 * (to - from);
}

type Aliases = ReadonlyMap<Alias, Node | undefined>;

/** What each alias stands for. The library looks through the whole document for every one of them. */
function resolveAliases(root: Node): Aliases {
  const anchors = new Map<string, Node>();
  const aliases = new Map<Alias, Node | undefined>();
  visit(root, {
    Node: (_key, node) => {
      if (isAlias(node)) aliases.set(node, anchors.get(node.source));
      else if (node.anchor !== undefined) anchors.set(node.anchor, node);
      return aliases.size > maxAliases ? visit.BREAK : undefined;
    },
  });
  return aliases;
}

function positionOf(
  aliases: Aliases,
  root: Node,
  lines: LineCounter,
  path: readonly (string | number)[],
  atKey: boolean,
): Position {
  let node: Node = root;
  let position = place(root, lines);
  for (const [index, step] of path.entries()) {
    const holder: unknown = isAlias(node) ? aliases.get(node) : node;
    if (isMap(holder)) {
      const pair = (holder.items as readonly Pair<Node, Node | null>[]).find(
        ({ key }) => isScalar(key) && String(key.value) === String(step),
      );
      if (pair === undefined) return position;
      const isLast = index === path.length - 1;
      if (pair.value === null || (isLast && atKey)) return place(pair.key, lines);
      node = pair.value;
    } else if (isSeq(holder) && typeof step === 'number') {
      node = holder.items[step] as Node;
    } else {
      return position;
    }
    position = place(node, lines);
  }
  return position;
}

function place(node: Node, lines: LineCounter): Position {
  const { line, col } = lines.linePos(node.range?.[0] ?? 0);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function yamlFinding({ message, pos }: YAMLError, lines: LineCounter): ConfigurationFinding {
  const { line, col } = lines.linePos(pos[0]);
  const at = { line: Math.max(1, line), column: Math.max(1, col) };
  return finding('yaml', '', `what YAML does not have (${message})`, 'YAML', 'Correct this place.', at);
}

function refused(
  kind: FindingKind,
  found: string,
  expected: string,
  hint: string,
  position: { readonly line: number; readonly col?: number; readonly column?: number } = { line: 1, column: 1 },
): ReadConfiguration {
  const column = Math.max(1, position.column ?? position.col ?? 1);
  return {
    ok: false,
    findings: [finding(kind, '', found, expected, hint, { line: Math.max(1, position.line), column })],
  };
}

function finding(
  kind: FindingKind,
  key: string,
  found: string,
  expected: string,
  hint: string,
  { line, column }: Position,
): ConfigurationFinding {
  return { severity: 'error', kind, key, line, column, found, expected, hint };
}
