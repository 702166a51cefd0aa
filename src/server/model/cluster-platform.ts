import type { ClusterFact } from '../../platform/cluster-facts.js';
import { nicKindOfName } from '../../platform/nic-kind.js';
import { createHostedPods } from './hosted-pods.js';
import { type KnownFact, type KnownNode, readFact } from './known-fact.js';
import { createKnownNics } from './known-nics.js';
import { epc, isSameInterface, noMac, type PlacedInterface, podName, viewOf } from './placed-interface.js';
import type { ViewCidr, ViewContainer, ViewGroup, ViewInterface, ViewSegment } from './platform-view.js';
import { createSameTexts } from './same-texts.js';
import type { GenesisNic, SavedGenesis } from './saved-state.js';

/**
 * NICs and addresses of one cluster: the nodes, Pods and Services of its snapshot, and what agents report of NICs. Each
 * change touches only what it is about, so that a change among 100,000 objects takes as long as one among ten.
 */
export interface ClusterPlatform {
  setFact(fact: ClusterFact): void;
  deleteFact(uid: string): void;
  uids(): readonly string[];
  /** What an agent says instead of what it said before; null for nothing. */
  replaceNics(before: SavedGenesis | null, now: SavedGenesis | null): void;
  /** Tells followers of what the changes so far come to. @returns whether any interface is another one */
  refresh(): boolean;
  /** Told from then on of what changes; of what there is already, by `catchUp`. */
  follow(follower: PlatformFollower): Following;
  interfaces(): readonly ViewInterface[];
  cidrs(): readonly ViewCidr[];
  groups(): readonly ViewGroup[];
  containers(): readonly ViewContainer[];
  segments(): readonly ViewSegment[];
  /** What is on the machine of one agent. */
  machineOf(agent: string, ips: readonly string[]): Machine;
}

/** null: there is none under this key any more. */
export interface PlatformFollower {
  interface(key: string, view: ViewInterface | null): void;
  cidr(key: string, cidr: ViewCidr | null): void;
  group(key: string, group: ViewGroup | null): void;
}

export interface Following {
  /**
   * Tells of up to so many things that were there before; what has changed since may be told twice.
   * @returns whether others are left
   */
  catchUp(most: number): boolean;
  /** Tells no more. */
  end(): void;
}

export interface Machine {
  readonly containers: readonly ViewContainer[];
  /** null: no MAC is known. */
  readonly segment: ViewSegment | null;
}

/** @param nextId gives each NIC, node, Pod and Service its number */
export function createClusterPlatform(nextId: () => number): ClusterPlatform {
  const same = createSameTexts();
  const facts = new Map<string, KnownFact>();
  /** By uid. */
  const placed = new Map<string, PlacedInterface>();
  /** By agent, MAC and name: NICs that only agents know of. */
  const looseNics = new Map<string, ViewInterface>();
  const cidrs = new Map<string, ViewCidr>();
  const groups = new Map<string, ViewGroup>();
  /** uids of nodes and Pods by their address. */
  const owners = new Map<string, string>();
  const nodesByIp = new Map<string, KnownNode>();
  const hosted = createHostedPods();
  const nics = createKnownNics();
  const reports = new Map<string, SavedGenesis>();
  /** Keys of the NICs that only this agent knows of. */
  const loose = new Map<string, readonly string[]>();
  const followers = new Set<PlatformFollower>();
  /** uids, and agents, whose interfaces have to be looked at again. */
  const staleUids = new Set<string>();
  const staleAgents = new Set<string>();
  let changed = false;

  function tell(key: string, view: ViewInterface | null): void {
    changed = true;
    for (const follower of followers) follower.interface(key, view);
  }

  function place(uid: string, now: PlacedInterface | null): void {
    const before = placed.get(uid) ?? null;
    if (now === null) {
      if (placed.delete(uid)) tell(uid, null);
      return;
    }
    placed.set(uid, now);
    const view = viewOf(now);
    if (before === null || !isSameInterface(viewOf(before), view)) tell(uid, view);
  }

  function setLoose(key: string, view: ViewInterface | null): void {
    const before = looseNics.get(key) ?? null;
    if (before === view || (before !== null && view !== null && isSameInterface(before, view))) return;
    if (view === null) looseNics.delete(key);
    else looseNics.set(key, view);
    tell(key, view);
  }

  function setCidr(uid: string, prefix: string | null): void {
    const cidr = prefix === null ? null : ({ prefix, type: 'LAN', epc } as const);
    if (cidr === null && !cidrs.delete(uid)) return;
    if (cidr !== null) cidrs.set(uid, cidr);
    for (const follower of followers) follower.cidr(uid, cidr);
  }

  function setGroup(uid: string, group: ViewGroup | null): void {
    if (group === null && !groups.delete(uid)) return;
    if (group !== null) groups.set(uid, group);
    for (const follower of followers) follower.group(uid, group);
  }

  /** Something else holds now of who has the address. */
  function touch(ip: string): void {
    const uid = owners.get(ip);
    if (uid !== undefined) staleUids.add(uid);
    for (const agent of nics.agentsAt(ip)) staleAgents.add(agent);
    if (nodesByIp.has(ip)) for (const pod of hosted.on(ip)) staleUids.add(pod);
  }

  function set(known: KnownFact): void {
    const { uid, id } = known;
    facts.set(uid, known);
    if (known.kind === 'service') {
      const { namespace, name, ips } = known;
      setGroup(uid, ips.length === 0 ? null : { id, name: `${namespace}/${name}`, epc, ips });
      return;
    }
    const { ip } = known;
    staleUids.add(uid);
    if (ip !== null) owners.set(ip, uid);
    if (known.kind === 'node') {
      if (ip !== null) nodesByIp.set(ip, known);
      setCidr(uid, known.cidr);
    } else hosted.add(known.hostIp, uid);
    if (ip !== null) touch(ip);
  }

  /** Forgets where a fact was found by. What was made of it stays for whatever comes in its place. */
  function unset(known: KnownFact): void {
    const { uid } = known;
    staleUids.add(uid);
    if (known.kind === 'service') return;
    const { ip } = known;
    if (ip !== null) touch(ip);
    if (ip !== null && owners.get(ip) === uid) owners.delete(ip);
    if (known.kind === 'pod') hosted.delete(known.hostIp, uid);
    else if (ip !== null && nodesByIp.get(ip)?.uid === uid) nodesByIp.delete(ip);
  }

  function drop(uid: string): void {
    const known = facts.get(uid);
    if (known === undefined) return;
    facts.delete(uid);
    unset(known);
    setGroup(uid, null);
    setCidr(uid, null);
  }

  /** Makes the interfaces those of the facts and NICs as they are now. */
  function refresh(): boolean {
    changed = false;
    for (const uid of staleUids) place(uid, placeOf(facts.get(uid)));
    staleUids.clear();
    for (const agent of staleAgents) refreshLoose(agent);
    staleAgents.clear();
    return changed;
  }

  function placeOf(known: KnownFact | undefined): PlacedInterface | null {
    if (known === undefined || known.kind === 'service' || known.ip === null) return null;
    const { ip } = known;
    const nic = nics.at(ip);
    const node = known.kind === 'node' ? known : nodesByIp.get(known.hostIp);
    return {
      known,
      ip,
      prefix: nic?.prefix ?? (ip.includes(':') ? 128 : 32),
      nic: nic?.nic.name ?? '',
      mac: nic?.nic.mac ?? noMac,
      node: node?.name ?? '',
      nodeId: node?.id ?? 0,
    };
  }

  /** NICs of an agent's machine that have no address of the snapshot. */
  function refreshLoose(agent: string): void {
    const report = reports.get(agent);
    const own = report?.nics.filter(({ netns, name }) => netns === '' && nicKindOfName(name) === 'physical') ?? [];
    const free = new Map(
      own.filter(({ ips }) => !ips.some(({ ip }) => owners.has(ip))).map((nic) => [looseKey(agent, nic), nic]),
    );
    for (const key of loose.get(agent) ?? []) if (!free.has(key)) setLoose(key, null);
    const node = report === undefined ? undefined : nodeOf(report);
    const name = node?.name ?? report?.host ?? '';
    for (const [key, { name: nic, mac, ips }] of free) {
      const id = looseNics.get(key)?.id ?? nextId();
      const owner = { type: node === undefined ? 'host' : 'node', name } as const;
      setLoose(key, { id, owner, node: name, nodeId: node?.id ?? 0, nic, mac, ips, epc });
    }
    if (free.size === 0) loose.delete(agent);
    else loose.set(agent, [...free.keys()]);
  }

  function nodeOf(report: SavedGenesis): KnownNode | undefined {
    const ip = report.nics.flatMap(({ ips }) => ips.map((address) => address.ip)).find((at) => nodesByIp.has(at));
    return ip === undefined ? undefined : nodesByIp.get(ip);
  }

  /** One thing after the other, while others are made and deleted. */
  function* tellAll(follower: PlatformFollower): Generator<void> {
    for (const [key, place] of placed) yield follower.interface(key, viewOf(place));
    for (const [key, view] of looseNics) yield follower.interface(key, view);
    for (const [key, cidr] of cidrs) yield follower.cidr(key, cidr);
    for (const [key, group] of groups) yield follower.group(key, group);
  }

  function placedViews(uids: Iterable<string>): ViewInterface[] {
    return [...uids].flatMap((uid) => {
      const place = placed.get(uid);
      return place === undefined ? [] : viewOf(place);
    });
  }

  function looseViews(agent: string): ViewInterface[] {
    return (loose.get(agent) ?? []).flatMap((key) => looseNics.get(key) ?? []);
  }

  function containersOf(uids: Iterable<string>): ViewContainer[] {
    return [...uids].flatMap((uid) => {
      const known = facts.get(uid);
      if (known?.kind !== 'pod') return [];
      const node = nodesByIp.get(known.hostIp)?.name ?? '';
      const ids = typeof known.containers === 'string' ? [known.containers] : known.containers;
      return ids.map((containerId) => ({ podId: known.id, pod: podName(known), node, containerId }));
    });
  }

  return {
    setFact: (fact) => {
      const before = facts.get(fact.uid);
      if (before !== undefined && before.kind !== fact.kind) drop(fact.uid);
      else if (before !== undefined) unset(before);
      set(readFact(fact, before?.id ?? nextId(), same));
    },
    deleteFact: drop,
    uids: () => [...facts.keys()],
    replaceNics: (before, now) => {
      if (before !== null && before.agent !== now?.agent) reports.delete(before.agent);
      if (now !== null) reports.set(now.agent, now);
      for (const report of [before, now]) if (report !== null) staleAgents.add(report.agent);
      nics.replace(before, now, touch);
    },
    follow: (follower) => {
      refresh();
      followers.add(follower);
      const rest = tellAll(follower);
      return {
        catchUp: (most) => {
          for (let told = 0; told < most; told++) if (rest.next().done === true) return false;
          return true;
        },
        end: () => followers.delete(follower),
      };
    },
    refresh,
    interfaces: () => [...placedViews(placed.keys()), ...looseNics.values()],
    cidrs: () => [...cidrs.values()],
    groups: () => [...groups.values()],
    containers: () => containersOf(facts.keys()),
    segments: () => {
      const machines = new Map<string | number, ViewInterface[]>();
      const put = (view: ViewInterface, otherwise: string): void => {
        const machine = view.nodeId === 0 ? otherwise : view.nodeId;
        const of = machines.get(machine) ?? [];
        machines.set(machine, of);
        of.push(view);
      };
      for (const view of placedViews(facts.keys())) put(view, '');
      for (const agent of loose.keys()) for (const view of looseViews(agent)) put(view, agent);
      return [...machines.values()].flatMap((of) => segmentOf(of[0]?.nodeId ?? 0, of[0]?.node ?? '', of) ?? []);
    },
    machineOf: (agent, ips) => {
      const ip = ips.find((text) => nodesByIp.has(text));
      const node = ip === undefined ? undefined : nodesByIp.get(ip);
      const pods = ip === undefined ? [] : [...hosted.on(ip)];
      const name = node?.name ?? reports.get(agent)?.host ?? '';
      const views = [...placedViews(node === undefined ? pods : [node.uid, ...pods]), ...looseViews(agent)];
      return { containers: containersOf(pods), segment: segmentOf(node?.id ?? views[0]?.nodeId ?? 0, name, views) };
    },
  };
}

function looseKey(agent: string, { mac, name }: GenesisNic): string {
  return `${agent} ${mac} ${name}`;
}

/** @param nodeId 0: no node is known; its first interface numbers the segment then, as it would a node */
function segmentOf(nodeId: number, node: string, views: readonly ViewInterface[]): ViewSegment | null {
  const known = views.filter(({ mac }) => mac !== noMac);
  const [first] = known;
  if (first === undefined) return null;
  return {
    id: nodeId === 0 ? first.id : nodeId,
    node,
    macs: known.map(({ mac }) => mac),
    interfaceIds: known.map((view) => view.id),
  };
}
