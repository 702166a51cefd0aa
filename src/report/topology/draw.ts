import { formatMac } from '../../platform/mac.js';
import { type NodeNic, podKey, type Topology, type TopologyNode, type TopologyPod } from '../../platform/topology.js';
import type { CaptureSummary } from '../../replay/capture-summary.js';
import type { ReportedConversation } from '../../replay/replay-report.js';
import { count } from '../quantities.js';
import type { ReplayResult } from '../replay-result.js';
import { type BadgesByPlace, badgesOf, nicPlace, nodePlace, podPlace } from './badges.js';
import type { Drawing, DrawnNic, DrawnNode, DrawnPod } from './drawing.js';
import { drawnConversations, endOf, pathsOf } from './drawn-conversations.js';

/** A larger site shows those nodes only that take part. */
const maxWholeSite = 12;
const maxNodes = 50;
const maxPods = 6;
const maxNics = 8;

/** What of a site is drawn, and what is left out. */
export function drawingOf({ report, captures, topology }: ReplayResult): Drawing {
  const conversations = drawnConversations([...report.conversations]);
  const { paths, leftOut } = pathsOf(conversations);
  const involved = involvedPlaces(conversations);
  const isSmall = topology.nodes.length <= maxWholeSite;
  const candidates = isSmall ? topology.nodes : topology.nodes.filter(({ name }) => involved.nodes.has(name));
  const nodes = candidates.slice(0, maxNodes);
  const context: Context = {
    topology,
    captures,
    badges: badgesOf(conversations, topology),
    involvedPods: involved.pods,
    withIdlePods: isSmall,
  };
  const drawn = nodes.map((node) => drawNode(node, context));
  const names = new Set(nodes.map(({ name }) => name));
  const shown = new Set(drawn.flatMap(({ pods }) => pods.map(({ key }) => key)));
  const isDrawn = ({ node, pod }: { node: string; pod: string | null }) =>
    names.has(node) && (pod === null || shown.has(pod));
  const drawable = paths.filter(({ client, server }) => isDrawn(client) && isDrawn(server));
  const undrawn = paths.length - drawable.length;
  const idle = topology.nodes.length - candidates.length;
  return {
    nodes: drawn,
    paths: drawable,
    leftOut: [
      ...(idle > 0 ? [`${count(idle, 'node')} without part in these conversations`] : []),
      ...(candidates.length > nodes.length ? [count(candidates.length - nodes.length, 'further node')] : []),
      ...(undrawn > 0 ? [`${count(undrawn, 'path')} to places that are not drawn`] : []),
      ...leftOut,
    ],
  };
}

interface Context {
  readonly topology: Topology;
  readonly captures: readonly CaptureSummary[];
  readonly badges: BadgesByPlace;
  readonly involvedPods: ReadonlySet<string>;
  readonly withIdlePods: boolean;
}

function involvedPlaces(conversations: readonly ReportedConversation[]) {
  const nodes = new Set<string>();
  const pods = new Set<string>();
  for (const { client, server, points } of conversations) {
    for (const end of [client, server].map(endOf)) {
      nodes.add(end.node);
      if (end.pod !== null) pods.add(end.pod);
    }
    for (const { node } of points) nodes.add(node);
  }
  return { nodes, pods };
}

function drawNode(node: TopologyNode, context: Context): DrawnNode {
  const all = context.topology.pods.filter((pod) => pod.node === node.name);
  const involved = (pod: TopologyPod) => context.involvedPods.has(podKey(pod));
  const idle = context.withIdlePods ? all.filter((pod) => !involved(pod)) : [];
  const pods = [...all.filter(involved), ...idle].slice(0, maxPods);
  // In the order of the site, whoever was chosen.
  const kept = all.filter((pod) => pods.includes(pod));
  const physical = node.nics.filter((nic) => nic.kind === 'physical');
  const uplink = physical[0]?.name ?? null;
  const hasCapture = (nic: NodeNic) => context.captures.some((each) => isAt(each, node.name, nic.name));
  const others = node.nics.filter((nic) => ['bridge', 'tunnel', 'other'].includes(nic.kind) && hasCapture(nic));
  const nics = [...physical, ...others];
  return {
    name: node.name,
    pods: kept.map((pod) => drawPod(pod, node, uplink, context)),
    morePods: all.length - kept.length,
    nics: nics.slice(0, maxNics).map((nic) => drawNic(nic.name, node, context)),
    moreNics: Math.max(0, nics.length - maxNics),
    badges: context.badges.get(nodePlace(node.name)) ?? [],
  };
}

function drawPod(pod: TopologyPod, node: TopologyNode, uplink: string | null, context: Context): DrawnPod {
  const hostNic = pod.nics.find((nic) => nic.hostNic !== null)?.hostNic ?? null;
  const isNodes = node.nics.some((nic) => nic.name === hostNic && nic.kind === 'physical');
  const key = podKey(pod);
  const nics = pod.nics.map((nic) => {
    const mac = nic.mac === null ? 'MAC not known' : `${formatMac(nic.mac.value)} (${nic.mac.origin})`;
    return `${nic.name} ${nic.kind}: ${mac}, ${nic.ips.join(', ')}`;
  });
  return {
    key,
    name: pod.name,
    namespace: pod.namespace,
    title: [`Pod ${key}`, ...nics].join('\n'),
    end: hostNic === null || isNodes ? null : drawNic(hostNic, node, context),
    uplink: isNodes ? hostNic : uplink,
    badges: context.badges.get(podPlace(key)) ?? [],
  };
}

function drawNic(name: string, node: TopologyNode, { captures, badges }: Context): DrawnNic {
  const capture = captures.find((each) => isAt(each, node.name, name));
  const known = node.nics.find((nic) => nic.name === name);
  const mac = known?.mac == null ? 'MAC not known' : formatMac(known.mac.value);
  const state = capture === undefined ? 'no-capture' : capture.captured ? 'captured' : 'left-out';
  const said = {
    captured: `captured by the agent: ${count(capture?.packets ?? 0, 'packet')}`,
    'left-out': capture?.note ?? '',
    'no-capture': 'no capture was given',
  }[state];
  const title = [`${node.name} ${name}: ${mac}`, ...(known?.ips ?? []), said].join('\n');
  return { name, state, title, badges: badges.get(nicPlace(node.name, name)) ?? [] };
}

function isAt(capture: CaptureSummary, node: string, nic: string): boolean {
  return capture.pod === null && capture.node === node && capture.nic === nic;
}
