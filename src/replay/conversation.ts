import { isGroupIp } from '../platform/ip.js';
import type { AddressTags, TagIndex } from '../platform/tags.js';
import type { JoinedBy, JoinedRows } from './join.js';
import { compareText } from './join.js';
import type { Span } from './matrix-cell.js';
import type { Reach } from './matrix-spans.js';
import type { Observation } from './observation.js';
import { pathOrder, roleOf } from './observation-point.js';

export interface ConversationEnd {
  readonly ip: string;
  readonly port: number;
  readonly tags: AddressTags;
}

/** One conversation over all places. */
export interface Conversation {
  readonly protocol: number;
  readonly client: ConversationEnd;
  /** The backend, where a Service was addressed. */
  readonly server: ConversationEnd;
  /** Other addresses under which places on the way saw the server, and the client. */
  readonly serverSeenAs: readonly SeenAddress[];
  readonly clientSeenAs: readonly SeenAddress[];
  readonly joinedBy: JoinedBy;
  /** In the order of the path. */
  readonly rows: readonly Observation[];
  /** Of the first packet or call at any place, microseconds since 1970. */
  readonly firstTs: number;
  /** Null where the ends are no Pods or nodes of this site. */
  readonly span: Span | null;
  readonly reach: Reach | null;
  /** What it is, where it is nothing that a matrix judges. */
  readonly kind: ConversationKind;
}

export interface SeenAddress {
  readonly ip: string;
  readonly port: number;
}

export type ConversationKind = 'conversation' | 'tunnel-outer' | 'group' | 'node-to-node' | 'outside';

export function buildConversation(joined: JoinedRows, tags: TagIndex): Conversation {
  const rows = joined.rows.length === 1 ? joined.rows : [...joined.rows].sort(alongThePath);
  const client = endOf(rows, 'client', tags);
  const server = endOf(rows, 'server', tags, client);
  const { span, reach } = spanOf(client.tags, server.tags, rows, tags);
  return {
    protocol: rows[0]?.protocol ?? 0,
    client,
    server,
    clientSeenAs: othersOf(rows, 'client', client, server),
    serverSeenAs: othersOf(rows, 'server', server, client),
    joinedBy: joined.joinedBy,
    rows,
    // The joined rows are in the order of time.
    firstTs: joined.rows[0]?.firstTs ?? 0,
    span,
    reach,
    kind: kindOf(rows, client, server, span),
  };
}

function alongThePath(a: Observation, b: Observation): number {
  return (
    pathOrder.indexOf(a.tapSide) - pathOrder.indexOf(b.tapSide) || a.firstTs - b.firstTs || compareText(a.nic, b.nic)
  );
}

type Role = 'client' | 'server';
const otherRole = { client: 'server', server: 'client' } as const;

/**
 * The true address of an end is the one that its own half of the path sees: translation happens between the two. Among
 * several there, a Pod's goes before a node's, and those before a Service's. Places may disagree on which end is the
 * client; the other end is then no second one.
 */
function endOf(
  rows: readonly Observation[],
  role: Role,
  tags: TagIndex,
  opposite: ConversationEnd | null = null,
): ConversationEnd {
  let best: ConversationEnd | null = null;
  let bestRank = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    const seen = row[role];
    const isTurned = seen.ip === opposite?.ip && seen.port === opposite.port;
    const { ip, port } = isTurned ? row[otherRole[role]] : seen;
    if (best !== null && best.ip === ip && best.port === port && roleOf(row.tapSide) !== role) continue;
    const found = tags.tagsOf(ip);
    const rank = (roleOf(row.tapSide) === role ? 0 : 1) + rankByType[found.type] * 2;
    if (rank < bestRank) {
      best = { ip, port, tags: found };
      bestRank = rank;
    }
  }
  if (best === null) throw new RangeError('a conversation has no rows');
  return best;
}

const rankByType: Readonly<Record<AddressTags['type'], number>> = { pod: 0, node: 1, unknown: 2, service: 3 };

const seenAsNothingElse: readonly SeenAddress[] = [];

/** A place that takes one end for the other has seen no other address. */
function othersOf(
  rows: readonly Observation[],
  role: Role,
  end: ConversationEnd,
  opposite: ConversationEnd,
): readonly SeenAddress[] {
  let seen: Map<string, SeenAddress> | null = null;
  for (const row of rows) {
    const { ip, port } = row[role];
    if ((ip === end.ip && port === end.port) || (ip === opposite.ip && port === opposite.port)) continue;
    seen ??= new Map();
    seen.set(`${ip} ${port}`, { ip, port });
  }
  if (seen === null) return seenAsNothingElse;
  return [...seen.values()].sort((a, b) => compareText(a.ip, b.ip) || a.port - b.port);
}

function spanOf(
  client: AddressTags,
  server: AddressTags,
  rows: readonly Observation[],
  tags: TagIndex,
): { span: Span | null; reach: Reach | null } {
  const viaService = rows.some((row) => tags.tagsOf(row.server.ip).type === 'service');
  if (client.node === '' || server.node === '') {
    return viaService && client.type === 'pod' ? { span: 'pod-to-service', reach: null } : nowhere;
  }
  const reach: Reach = client.node === server.node ? 'same-node' : 'cross-node';
  if (client.type === 'pod' && server.type === 'pod') return { span: viaService ? 'pod-to-service' : reach, reach };
  if (client.type === 'pod' && server.type === 'node') return { span: 'pod-to-node', reach };
  if (client.type === 'node' && server.type === 'pod') return { span: 'node-to-pod', reach };
  return nowhere;
}

const nowhere = { span: null, reach: null } as const;

const tunnelPorts: ReadonlySet<number> = new Set([4789, 8472, 6784, 6081, 4790]);
const greAndIpip: ReadonlySet<number> = new Set([4, 41, 47]);

function kindOf(
  rows: readonly Observation[],
  client: ConversationEnd,
  server: ConversationEnd,
  span: Span | null,
): ConversationKind {
  const protocol = rows[0]?.protocol ?? 0;
  const betweenNodes = client.tags.type === 'node' && server.tags.type === 'node';
  const tunnelPort = protocol === 17 && (tunnelPorts.has(server.port) || tunnelPorts.has(client.port));
  const looksTunnelled = rows.some((row) => row.hiddenTunnel !== null && row.hiddenTunnel.packets > 0);
  if (looksTunnelled || (betweenNodes && (tunnelPort || greAndIpip.has(protocol)))) return 'tunnel-outer';
  if (isGroupIp(client.ip) || isGroupIp(server.ip)) return 'group';
  if (betweenNodes) return 'node-to-node';
  return span === null ? 'outside' : 'conversation';
}
