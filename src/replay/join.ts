import type { Observation } from './observation.js';
import { tcp } from './protocol.js';

/** How the rows of a conversation were found to belong together. */
export type JoinedBy = 'address' | 'sequence-numbers';

export interface JoinedRows {
  readonly rows: readonly Observation[];
  /** `sequence-numbers`: addresses differ between places, so something in between translates them. */
  readonly joinedBy: JoinedBy;
}

/** How far apart in time rows of one 5-tuple may be and still be one conversation, where no handshake tells. */
const slackUs = 1_000_000;

interface Cluster {
  readonly rows: Observation[];
  readonly joinedBy: JoinedBy;
  synSeq: number | null;
  synAckSeq: number | null;
  first: number;
  last: number;
}

/**
 * Joins the rows of each conversation over all places: by protocol, both addresses and ports, and time; a reused port is
 * told by its sequence numbers. Where addresses are translated on the way, both initial sequence numbers join, or the
 * first one with an end in common where one direction was not captured. The order of groups and rows does not matter.
 *
 * @param groups the rows of each protocol, both addresses and ports; the arrays are used on
 */
export function joinRows(groups: Iterable<Observation[]>): JoinedRows[] {
  const clusters: Cluster[] = [];
  for (const group of groups) {
    const [only] = group;
    if (only !== undefined && group.length === 1) clusters.push(clusterOf(group, only));
    else clusters.push(...clusterByTime(group));
  }
  return joinBySequence(clusters);
}

/** The same for both directions. */
export function tupleKey({ protocol, client, server }: Observation): string {
  const isInOrder = client.ip === server.ip ? client.port < server.port : client.ip < server.ip;
  const a = isInOrder ? client : server;
  const b = isInOrder ? server : client;
  return `${protocol} ${a.ip} ${a.port} ${b.ip} ${b.port}`;
}

function clusterOf(rows: Observation[], { synSeq, synAckSeq, firstTs: first, lastTs: last }: Observation): Cluster {
  return { rows, joinedBy: 'address', synSeq, synAckSeq, first, last };
}

/** Rows of one 5-tuple, parted where the port was used again. Handshakes first: they tell best. */
function clusterByTime(rows: readonly Observation[]): Cluster[] {
  const sorted = [...rows].sort((a, b) => rankOf(a) - rankOf(b) || compareRows(a, b));
  const clusters: Cluster[] = [];
  for (const row of sorted) {
    const home = clusters.find((cluster) => sameHandshake(cluster, row)) ?? nearest(clusters, row);
    if (home === undefined) {
      clusters.push(clusterOf([row], row));
      continue;
    }
    home.rows.push(row);
    home.synSeq ??= row.synSeq;
    home.synAckSeq ??= row.synAckSeq;
    home.first = Math.min(home.first, row.firstTs);
    home.last = Math.max(home.last, row.lastTs);
  }
  return clusters;
}

/** Both handshake packets, one, none. */
function rankOf(row: Observation): number {
  return (row.synSeq === null ? 2 : 0) + (row.synAckSeq === null ? 1 : 0);
}

function sameHandshake(cluster: Cluster, row: Observation): boolean {
  const syn = row.synSeq !== null && row.synSeq === cluster.synSeq;
  const synAck = row.synAckSeq !== null && row.synAckSeq === cluster.synAckSeq;
  return (syn || synAck) && !contradicts(cluster, row);
}

function contradicts(cluster: Cluster, row: Observation): boolean {
  const syn = row.synSeq !== null && cluster.synSeq !== null && row.synSeq !== cluster.synSeq;
  const synAck = row.synAckSeq !== null && cluster.synAckSeq !== null && row.synAckSeq !== cluster.synAckSeq;
  return syn || synAck;
}

function nearest(clusters: readonly Cluster[], row: Observation): Cluster | undefined {
  return clusters.find(
    (cluster) =>
      !contradicts(cluster, row) && row.firstTs <= cluster.last + slackUs && row.lastTs >= cluster.first - slackUs,
  );
}

function joinBySequence(clusters: readonly Cluster[]): JoinedRows[] {
  const parents = new Map<number, number>();
  const rootOf = (i: number): number => {
    let root = i;
    for (let parent = parents.get(root); parent !== undefined; parent = parents.get(root)) root = parent;
    return root;
  };
  // Few clusters share an initial sequence number by chance: one index suffices until a second one comes.
  const firstBySyn = new Map<number, number>();
  const furtherBySyn = new Map<number, number[]>();
  for (let i = 0; i < clusters.length; i++) {
    const cluster = clusters[i] as Cluster;
    if (cluster.synSeq === null || cluster.rows[0]?.protocol !== tcp) continue;
    // Signed: numbers of 31 bits and a sign are looked up several times faster than longer ones.
    const synSeq = cluster.synSeq | 0;
    const first = firstBySyn.get(synSeq);
    if (first === undefined) {
      firstBySyn.set(synSeq, i);
      continue;
    }
    const further = furtherBySyn.get(synSeq) ?? [];
    for (const other of [first, ...further]) {
      const candidate = clusters[other];
      if (candidate === undefined || !areOne(cluster, candidate)) continue;
      const [mine, theirs] = [rootOf(i), rootOf(other)];
      if (mine !== theirs) parents.set(Math.max(mine, theirs), Math.min(mine, theirs));
    }
    further.push(i);
    furtherBySyn.set(synSeq, further);
  }
  if (parents.size === 0) return clusters.map(inOrder);
  const joined = new Map<number, Cluster[]>();
  for (const [i, cluster] of clusters.entries()) {
    const root = rootOf(i);
    const group = joined.get(root);
    if (group === undefined) joined.set(root, [cluster]);
    else group.push(cluster);
  }
  return [...joined.values()].map((group) => {
    const [only] = group;
    if (only !== undefined && group.length === 1) return inOrder(only);
    return { rows: group.flatMap((cluster) => cluster.rows).sort(compareRows), joinedBy: 'sequence-numbers' };
  });
}

function inOrder(cluster: Cluster): JoinedRows {
  if (cluster.rows.length > 1) cluster.rows.sort(compareRows);
  return cluster;
}

function areOne(a: Cluster, b: Cluster): boolean {
  if (a.synAckSeq !== null && b.synAckSeq !== null) return a.synAckSeq === b.synAckSeq;
  const overlap = a.first <= b.last + slackUs && b.first <= a.last + slackUs;
  const ends = new Set(a.rows.flatMap(endsOf));
  return overlap && b.rows.flatMap(endsOf).some((end) => ends.has(end));
}

function endsOf({ client, server }: Observation): string[] {
  return [`${client.ip} ${client.port}`, `${server.ip} ${server.port}`];
}

/** A total order that depends on nothing but the rows, so that the same rows come out whatever the workers were. */
export function compareRows(a: Observation, b: Observation): number {
  return (
    a.firstTs - b.firstTs ||
    compareText(a.node, b.node) ||
    compareText(a.nic, b.nic) ||
    compareText(a.source, b.source) ||
    compareText(a.tapSide, b.tapSide) ||
    a.tapMac - b.tapMac ||
    (a.firstPacket ?? 0) - (b.firstPacket ?? 0) ||
    compareText(tupleKey(a), tupleKey(b))
  );
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
