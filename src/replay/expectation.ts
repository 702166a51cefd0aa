import { shown } from '../agent-config/config-problem.js';
import { nearestKey } from '../agent-config/nearest-key.js';
import type { InputProblem } from './input-problem.js';
import { type CniId, cniIds, type Span, spans } from './matrix-cell.js';
import { alongPath, isTapSide, type TapSide } from './observation-point.js';
import { protocolNumber } from './protocol.js';
import type { SiteExpectationDocument } from './site-schema.js';
import type { ValuePath, YamlSource } from './yaml-source.js';

/** Tap sides that a site lists for a conversation; what it leaves out fits any. */
export interface ExpectedConversation {
  /** Pod (`name` or `namespace/name`), node, or address. */
  readonly client: string | null;
  readonly server: string | null;
  readonly port: number | null;
  readonly protocol: number | null;
  readonly tapSides: readonly TapSide[];
}

export interface Expectation {
  /** Row of the matrix; null where the site gives lists of its own only. */
  readonly cni: CniId | null;
  /** Null: each conversation is judged by its own. */
  readonly span: Span | null;
  /** For every conversation between the Pods and nodes of the site; null where the matrix says. */
  readonly tapSides: readonly TapSide[] | null;
  readonly conversations: readonly ExpectedConversation[];
}

export function isCniId(text: string): text is CniId {
  return (cniIds as readonly string[]).includes(text);
}

export function isSpan(text: string): text is Span {
  return (spans as readonly string[]).includes(text);
}

/** `CNI/SPAN`, or `CNI` alone, as `--expect` takes it. */
export function parseExpect(text: string): { readonly expectation: Expectation | null; readonly problem: string } {
  const slash = text.indexOf('/');
  const cni = slash < 0 ? text : text.slice(0, slash);
  const span = slash < 0 ? null : text.slice(slash + 1);
  if (!isCniId(cni)) return { expectation: null, problem: unknownName('CNI', cni, cniIds) };
  if (span !== null && !isSpan(span)) return { expectation: null, problem: unknownName('span', span, spans) };
  return { expectation: { cni, span, tapSides: null, conversations: [] }, problem: '' };
}

function unknownName(what: string, name: string, known: readonly string[]): string {
  const near = nearestKey(name, known);
  const hint = near === null ? '' : ` Did you mean ${near}?`;
  return `found the unknown ${what} ${shown(name)}, expected one of ${known.join(', ')}.${hint}`;
}

/** The `expect` of a site file. */
export function readExpectation(
  document: SiteExpectationDocument | undefined,
  source: YamlSource,
): { readonly expectation: Expectation | null; readonly problems: readonly InputProblem[] } {
  if (document === undefined) return { expectation: null, problems: [] };
  const problems: InputProblem[] = [];
  const error = (path: ValuePath, found: string, expected: string, hint: string): void => {
    problems.push({ severity: 'error', position: source.positionOf(path), found, expected, hint });
  };
  const named = <T extends string>(key: string, text: string | undefined, known: readonly T[]): T | null => {
    const found = known.find((candidate) => candidate === text);
    if (text === undefined || found !== undefined) return found ?? null;
    const near = nearestKey(text, known);
    const hint = near === null ? '' : `Did you mean ${near}?`;
    error(['expect', key], shown(text), `one of ${known.join(', ')}`, hint);
    return null;
  };
  const cni = named('cni', document.cni, cniIds);
  const span = named('span', document.span, spans);
  const conversations = (document.conversations ?? []).map((entry, i) => {
    const protocol = entry.protocol === undefined ? null : protocolNumber(String(entry.protocol));
    if (entry.protocol !== undefined && protocol === null) {
      error(['expect', 'conversations', i, 'protocol'], shown(entry.protocol), 'tcp, udp, icmp or an IANA number', '');
    }
    const { client = null, server = null, port = null } = entry;
    return { client, server, port, protocol, tapSides: sidesOf(entry.tapSides) };
  });
  if (document.cni === undefined && document.tapSides === undefined && conversations.length === 0) {
    error(
      ['expect'],
      'an expectation of nothing',
      'cni, tapSides or conversations',
      'Name a CNI of the matrix, or list tap sides.',
    );
  }
  const tapSides = document.tapSides === undefined ? null : sidesOf(document.tapSides);
  return { expectation: { cni, span, tapSides, conversations }, problems };
}

function sidesOf(texts: readonly string[]): TapSide[] {
  return alongPath(texts.filter(isTapSide));
}
