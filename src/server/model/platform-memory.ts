import type { ClusterFactsChange } from '../../platform/cluster-facts.js';
import { type ClusterPlatform, createClusterPlatform, type Machine } from './cluster-platform.js';
import { plainIp } from './known-fact.js';
import { createPlatformBytes, type PlatformBytes } from './platform-bytes.js';
import type { PlatformView } from './platform-view.js';
import type { SavedGenesis } from './saved-state.js';

/** What agents are told of NICs and addresses, by cluster id; "" for agents without a cluster. */
export interface PlatformMemory {
  /** @returns whether what agents are told may be something else now */
  learn(change: ClusterFactsChange, packageName: 'agent' | 'trident', podClusterId: number, time: number): boolean;
  /** Of a report that replaces another one. @returns the clusters whose agents are told something else now */
  setNics(before: SavedGenesis | null, now: SavedGenesis | null, time: number): readonly string[];
  /** What agents of one cluster are told at the moment; null where nothing is known. */
  content(clusterId: string, packageName: 'agent' | 'trident', podClusterId: number): PlatformContent | null;
  /**
   * The cluster got another number, which stands in all bytes of it.
   * @returns whether `catchUp` has something to do
   */
  renumber(clusterId: string, podClusterId: number): boolean;
  /** Encodes some of what was numbered anew, so that not all of it is left to the call that asks for it. @returns whether others are left */
  catchUp(): boolean;
  machineOf(clusterId: string, agent: string, ips: readonly string[]): Machine;
  view(clusterId: string, podClusterId: number): PlatformView;
  clusterIds(): readonly string[];
  /** The highest version given so far. */
  lastVersion(): number;
  /** Changes and reports that were not kept, as there were too many cluster ids. */
  notKept(): number;
}

export interface PlatformContent {
  /** PlatformData. */
  readonly platformData: Buffer;
  /** Groups. */
  readonly groups: Buffer;
  /** Rise with each change of their bytes; never 0. */
  readonly platformVersion: number;
  readonly groupsVersion: number;
}

interface Held {
  readonly platform: ClusterPlatform;
  /** By package. */
  readonly bytes: Map<'agent' | 'trident', { readonly podClusterId: number; readonly made: PlatformBytes }>;
  readonly contents: Map<string, PlatformContent>;
  /** Keys of `contents` that are those of the data as it is. */
  readonly fresh: Set<string>;
  /** Unix time, s, of the last change; 0: nothing is known as a whole. */
  changed: number;
  /** A change has come in part: what was told before holds until it is whole. */
  partial: boolean;
  /** Of a change that says everything anew: what it has not named so far. */
  unnamed: Set<string> | null;
}

/** Beyond, nothing is kept but that there was something. */
const maxClusters = 10_000;
/** Encoded in one turn of the event loop: about 2 ms. */
const sliceSize = 500;

/**
 * @param version the highest one given before: later ones are higher
 * @param onVersion told within the call that gave another one
 */
export function createPlatformMemory(version = 0, onVersion?: () => void): PlatformMemory {
  const clusters = new Map<string, Held>();
  const behind = new Set<PlatformBytes>();
  let lastVersion = version;
  let lastId = 0;
  let notKept = 0;
  const nextId = (): number => {
    lastId += 1;
    return lastId;
  };

  function held(clusterId: string): Held | null {
    const known = clusters.get(clusterId);
    if (known !== undefined) return known;
    if (clusters.size >= maxClusters) {
      notKept += 1;
      return null;
    }
    const platform = createClusterPlatform(nextId);
    const empty = { bytes: new Map(), contents: new Map(), fresh: new Set<string>() };
    const made: Held = { platform, ...empty, changed: 0, partial: false, unnamed: null };
    clusters.set(clusterId, made);
    return made;
  }

  function bytesOf(of: Held, packageName: 'agent' | 'trident', podClusterId: number): PlatformBytes {
    const known = of.bytes.get(packageName);
    if (known?.podClusterId === podClusterId) return known.made;
    known?.made.close();
    if (known !== undefined) behind.delete(known.made);
    of.fresh.delete(packageName);
    const made = createPlatformBytes(of.platform, packageName, podClusterId);
    of.bytes.set(packageName, { podClusterId, made });
    return made;
  }

  function note(of: Held, time: number): void {
    of.changed = Math.max(1, Math.floor(time / 1000));
    of.fresh.clear();
  }

  return {
    learn: (change, packageName, podClusterId, time) => {
      const of = held(change.clusterId);
      if (of === null) return false;
      // Made with the first part, so that each part is encoded as it comes instead of all at once at the end.
      bytesOf(of, packageName, podClusterId);
      if (change.reset) of.unnamed = new Set(of.platform.uids());
      for (const uid of change.gone) of.platform.deleteFact(uid);
      for (const fact of change.set) {
        of.platform.setFact(fact);
        of.unnamed?.delete(fact.uid);
      }
      of.partial = change.more;
      if (change.more) {
        of.platform.refresh();
        return false;
      }
      for (const uid of of.unnamed ?? []) of.platform.deleteFact(uid);
      of.unnamed = null;
      of.platform.refresh();
      note(of, time);
      return true;
    },
    setNics: (before, now, time) => {
      const isSameCluster = before === null || now === null || before.clusterId === now.clusterId;
      const moves = isSameCluster
        ? [{ before, now }]
        : [
            { before, now: null },
            { before: null, now },
          ];
      return moves.flatMap((move) => {
        const clusterId = (move.now ?? move.before)?.clusterId ?? '';
        // What goes asks for no room.
        const of = move.now === null ? clusters.get(clusterId) : held(clusterId);
        if (of === undefined || of === null) return [];
        of.platform.replaceNics(move.before, move.now);
        const changed = of.platform.refresh();
        if (changed || of.changed === 0) note(of, time);
        return changed ? [clusterId] : [];
      });
    },
    content: (clusterId, packageName, podClusterId) => {
      const of = clusters.get(clusterId);
      if (of === undefined || of.changed === 0) return null;
      const bytes = bytesOf(of, packageName, podClusterId);
      const known = of.contents.get(packageName);
      if (known !== undefined && (of.partial || of.fresh.has(packageName))) return known;
      const content = versioned(bytes.platformData(), bytes.groups(), known, () => {
        lastVersion = Math.max(lastVersion + 1, of.changed);
        onVersion?.();
        return lastVersion;
      });
      of.contents.set(packageName, content);
      of.fresh.add(packageName);
      return content;
    },
    renumber: (clusterId, podClusterId) => {
      const of = clusters.get(clusterId);
      if (of === undefined) return false;
      for (const packageName of of.bytes.keys()) behind.add(bytesOf(of, packageName, podClusterId));
      return of.bytes.size > 0;
    },
    catchUp: () => {
      const [next] = behind;
      if (next !== undefined && !next.catchUp(sliceSize)) behind.delete(next);
      return behind.size > 0;
    },
    machineOf: (clusterId, agent, ips) => {
      const of = clusters.get(clusterId);
      if (of === undefined) return { containers: [], segment: null };
      return of.platform.machineOf(
        agent,
        ips.flatMap((ip) => plainIp(ip) ?? []),
      );
    },
    view: (clusterId, podClusterId) => {
      const of = clusters.get(clusterId);
      const versions = [...(of?.contents.values() ?? [])].map(({ platformVersion }) => platformVersion);
      return {
        clusterId,
        version: Math.max(0, ...versions),
        podClusterId,
        interfaces: of?.platform.interfaces() ?? [],
        cidrs: of?.platform.cidrs() ?? [],
        peers: [],
        groups: of?.platform.groups() ?? [],
        containers: of?.platform.containers() ?? [],
        segments: of?.platform.segments() ?? [],
      };
    },
    clusterIds: () => [...clusters.keys()],
    lastVersion: () => lastVersion,
    notKept: () => notKept,
  };
}

/** A version stays where the bytes do, and else rises: to the time of the change, so that it rises across restarts as well. */
function versioned(
  platformData: Buffer,
  groups: Buffer,
  before: PlatformContent | undefined,
  next: () => number,
): PlatformContent {
  const sameData = before?.platformData.equals(platformData) === true;
  const sameGroups = before?.groups.equals(groups) === true;
  return {
    platformData: sameData ? before.platformData : platformData,
    groups: sameGroups ? before.groups : groups,
    platformVersion: sameData ? before.platformVersion : next(),
    groupsVersion: sameGroups ? before.groupsVersion : next(),
  };
}
