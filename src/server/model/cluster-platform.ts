import type { ClusterFact, NodeFact, PodFact } from '../../platform/cluster-facts.js';
import { formatMac, zeroMac } from '../../platform/mac.js';
import { nicKindOfName } from '../../platform/nic-kind.js';
import { createHostedPods } from './hosted-pods.js';
import { type KnownFact, readFact } from './known-fact.js';
import { createKnownNics } from './known-nics.js';
import type { ViewCidr, ViewContainer, ViewGroup, ViewInterface, ViewSegment } from './platform-view.js';
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

/** Of the only VPC: nobody tells this server of others. */
const epc = 1;

const noMac = formatMac(zeroMac);

/** @param nextId gives each NIC, node, Pod and Service its number */
export function createClusterPlatform(nextId: () => number): ClusterPlatform {
  const facts = new Map<string, KnownFact>();
  /** By uid, and by agent, MAC and name for NICs that only agents know of. */
  const interfaces = new Map<string, ViewInterface>();
  const cidrs = new Map<string, ViewCidr>();
  const groups = new Map<string, ViewGroup>();
  /** uids of nodes and Pods by their address. */
  const owners = new Map<string, string>();
  const nodesByIp = new Map<string, KnownFact<NodeFact>>();
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

  function setInterface(key: string, view: ViewInterface | null): void {
    const before = interfaces.get(key) ?? null;
    if (before === view || (before !== null && view !== null && isSameInterface(before, view))) return;
    changed = true;
    if (view === null) interfaces.delete(key);
    else interfaces.set(key, view);
    for (const follower of followers) follower.interface(key, view);
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
    const { fact, ip, id } = known;
    facts.set(fact.uid, known);
    if (fact.kind === 'service') {
      const group = { id, name: `${fact.namespace}/${fact.name}`, epc, ips: known.ips };
      setGroup(fact.uid, known.ips.length === 0 ? null : group);
      return;
    }
    staleUids.add(fact.uid);
    if (ip !== null) owners.set(ip, fact.uid);
    if (fact.kind === 'node') {
      if (ip !== null) nodesByIp.set(ip, { ...known, fact });
      setCidr(fact.uid, known.cidr);
    } else hosted.add(known.hostIp, fact.uid);
    if (ip !== null) touch(ip);
  }

  /** Forgets where a fact was found by. What was made of it stays for whatever comes in its place. */
  function unset({ fact, ip, hostIp }: KnownFact): void {
    const { uid } = fact;
    staleUids.add(uid);
    if (ip !== null) touch(ip);
    if (ip !== null && owners.get(ip) === uid) owners.delete(ip);
    if (fact.kind === 'pod') hosted.delete(hostIp, uid);
    if (fact.kind === 'node' && ip !== null && nodesByIp.get(ip)?.fact.uid === uid) nodesByIp.delete(ip);
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
    for (const uid of staleUids) {
      const known = facts.get(uid);
      setInterface(uid, known === undefined || known.ip === null ? null : describe(known, known.ip));
    }
    staleUids.clear();
    for (const agent of staleAgents) refreshLoose(agent);
    staleAgents.clear();
    return changed;
  }

  function describe({ fact, id, hostIp }: KnownFact, ip: string): ViewInterface | null {
    if (fact.kind === 'service') return null;
    const nic = nics.at(ip);
    const node = fact.kind === 'node' ? { fact, id } : nodesByIp.get(hostIp);
    return {
      id,
      owner: fact.kind === 'pod' ? { type: 'pod', name: podName(fact) } : { type: 'node', name: fact.name },
      node: node?.fact.name ?? '',
      nodeId: node?.id ?? 0,
      nic: nic?.nic.name ?? '',
      mac: nic?.nic.mac ?? noMac,
      ips: [{ ip, prefix: nic?.prefix ?? (ip.includes(':') ? 128 : 32) }],
      epc,
    };
  }

  /** NICs of an agent's machine that have no address of the snapshot. */
  function refreshLoose(agent: string): void {
    const report = reports.get(agent);
    const own = report?.nics.filter(({ netns, name }) => netns === '' && nicKindOfName(name) === 'physical') ?? [];
    const free = new Map(
      own.filter(({ ips }) => !ips.some(({ ip }) => owners.has(ip))).map((nic) => [looseKey(agent, nic), nic]),
    );
    for (const key of loose.get(agent) ?? []) if (!free.has(key)) setInterface(key, null);
    const node = report === undefined ? undefined : nodeOf(report);
    const name = node?.fact.name ?? report?.host ?? '';
    for (const [key, { name: nic, mac, ips }] of free) {
      const id = interfaces.get(key)?.id ?? nextId();
      const owner = { type: node === undefined ? 'host' : 'node', name } as const;
      setInterface(key, { id, owner, node: name, nodeId: node?.id ?? 0, nic, mac, ips, epc });
    }
    if (free.size === 0) loose.delete(agent);
    else loose.set(agent, [...free.keys()]);
  }

  function nodeOf(report: SavedGenesis): KnownFact<NodeFact> | undefined {
    const ip = report.nics.flatMap(({ ips }) => ips.map((address) => address.ip)).find((at) => nodesByIp.has(at));
    return ip === undefined ? undefined : nodesByIp.get(ip);
  }

  /** One thing after the other, while others are made and deleted. */
  function* tellAll(follower: PlatformFollower): Generator<void> {
    for (const [key, view] of interfaces) yield follower.interface(key, view);
    for (const [key, cidr] of cidrs) yield follower.cidr(key, cidr);
    for (const [key, group] of groups) yield follower.group(key, group);
  }

  function viewsAt(keys: Iterable<string>): ViewInterface[] {
    return [...keys].flatMap((key) => interfaces.get(key) ?? []);
  }

  function containersOf(uids: Iterable<string>): ViewContainer[] {
    return [...uids].flatMap((uid) => {
      const known = facts.get(uid);
      if (known?.fact.kind !== 'pod') return [];
      const { fact, id, hostIp } = known;
      const node = nodesByIp.get(hostIp)?.fact.name ?? '';
      return fact.containers.map((containerId) => ({ podId: id, pod: podName(fact), node, containerId }));
    });
  }

  return {
    setFact: (fact) => {
      const before = facts.get(fact.uid);
      if (before !== undefined && before.fact.kind !== fact.kind) drop(fact.uid);
      else if (before !== undefined) unset(before);
      set(readFact(fact, before?.id ?? nextId()));
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
    interfaces: () => [...interfaces.values()],
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
      for (const view of viewsAt(facts.keys())) put(view, '');
      for (const [agent, keys] of loose) for (const view of viewsAt(keys)) put(view, agent);
      return [...machines.values()].flatMap((of) => segmentOf(of[0]?.nodeId ?? 0, of[0]?.node ?? '', of) ?? []);
    },
    machineOf: (agent, ips) => {
      const ip = ips.find((text) => nodesByIp.has(text));
      const node = ip === undefined ? undefined : nodesByIp.get(ip);
      const pods = ip === undefined ? [] : [...hosted.on(ip)];
      const keys = [...(node === undefined ? [] : [node.fact.uid]), ...pods, ...(loose.get(agent) ?? [])];
      const name = node?.fact.name ?? reports.get(agent)?.host ?? '';
      const views = viewsAt(keys);
      return { containers: containersOf(pods), segment: segmentOf(node?.id ?? views[0]?.nodeId ?? 0, name, views) };
    },
  };
}

function isSameInterface(one: ViewInterface, other: ViewInterface): boolean {
  return (
    one.id === other.id &&
    one.mac === other.mac &&
    one.nic === other.nic &&
    one.node === other.node &&
    one.nodeId === other.nodeId &&
    one.owner.type === other.owner.type &&
    one.owner.name === other.owner.name &&
    one.ips.length === other.ips.length &&
    one.ips.every(({ ip, prefix }, i) => ip === other.ips[i]?.ip && prefix === other.ips[i]?.prefix)
  );
}

function podName({ namespace, name }: PodFact): string {
  return `${namespace}/${name}`;
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
