import type { DrawnPath, PathEnd } from './drawing.js';
import { type Box, bottom, centre, type Layout, lane, type PlacedNode, type PlacedPod } from './layout.js';

export interface Spot {
  readonly x: number;
  readonly y: number;
}

export interface RoutedPath {
  readonly path: DrawnPath;
  /** Corners of the line from the client to the server. */
  readonly corners: readonly Spot[];
  /** Where its number stands. */
  readonly label: Spot;
}

interface Side {
  readonly node: PlacedNode;
  readonly pod: PlacedPod | null;
  readonly uplink: Box | null;
}

/** Each path along the wires: Pod, its end in the node, the node's NIC, the network, and the same way up again. */
export function routePaths(paths: readonly DrawnPath[], layout: Layout): RoutedPath[] {
  const ports = createPorts();
  const sided = paths.flatMap((path) => {
    const client = sideOf(path.client, layout);
    const server = sideOf(path.server, layout);
    return client === null || server === null ? [] : [{ path, client, server }];
  });
  // Boxes share their edge among all wires that dock there, so all are told before any is placed.
  for (const { path, client, server } of sided) {
    for (const side of [client, server]) {
      const role = side === client ? 'c' : 's';
      if (side.pod !== null) ports.dock(side.pod.box, `${path.number}${role}`);
      if (side.uplink !== null && leaves(client, server)) ports.dock(side.uplink, `${path.number}${role}`);
    }
  }
  return sided.map(({ path, client, server }, i) => {
    const up = climb(client, `${path.number}c`, i, ports, client.node === server.node, leaves(client, server));
    const down = climb(server, `${path.number}s`, i, ports, client.node === server.node, leaves(client, server));
    const corners = [...up, ...acrossNetwork(client, server, up, down, path.number, layout), ...[...down].reverse()];
    const [first = { x: 0, y: 0 }] = corners;
    return { path, corners, label: { x: first.x, y: first.y + 14 } };
  });
}

/** On one node traffic turns round above the NICs, unless a Pod hangs on the NIC itself or an end is the node. */
function leaves(client: Side, server: Side): boolean {
  return client.node !== server.node || [client, server].some(({ pod }) => pod === null || pod.end === null);
}

/** From an end down to where its wire leaves the node, or turns. */
function climb(side: Side, key: string, index: number, ports: Ports, isLocal: boolean, toNic: boolean): Spot[] {
  const { node, pod, uplink } = side;
  const turnY = node.turnY + lane * (1 + ports.laneOf(node, index)) + 4;
  const nicX = uplink === null ? centre(node.box) : ports.x(uplink, key);
  if (pod === null) return uplink === null ? [] : [{ x: nicX, y: isLocal ? uplink.y : bottom(uplink) }];
  const podX = ports.x(pod.box, key);
  const start = { x: podX, y: bottom(pod.box) };
  if (!toNic || uplink === null) return [start, { x: podX, y: turnY }];
  return [start, { x: podX, y: turnY }, { x: nicX, y: turnY }, { x: nicX, y: uplink.y }];
}

function acrossNetwork(
  client: Side,
  server: Side,
  up: readonly Spot[],
  down: readonly Spot[],
  number: number,
  layout: Layout,
): Spot[] {
  const from = up.at(-1);
  const to = down.at(-1);
  if (client.node === server.node || from === undefined || to === undefined) return [];
  const busOf = ({ node }: Side): number => {
    const bus = layout.buses[node.row];
    return bus === undefined ? 0 : bus.y + lane * (bus.lanes.indexOf(number) + 1);
  };
  if (client.node.row === server.node.row) {
    return [
      { x: from.x, y: busOf(client) },
      { x: to.x, y: busOf(client) },
    ];
  }
  const trunkX = layout.trunk.x + lane * (layout.trunk.lanes.indexOf(number) + 1);
  return [
    { x: from.x, y: busOf(client) },
    { x: trunkX, y: busOf(client) },
    { x: trunkX, y: busOf(server) },
    { x: to.x, y: busOf(server) },
  ];
}

function sideOf(end: PathEnd, layout: Layout): Side | null {
  const node = layout.nodes.find((placed) => placed.node.name === end.node);
  if (node === undefined) return null;
  const pod = end.pod === null ? null : (node.pods.find((placed) => placed.pod.key === end.pod) ?? null);
  const name = pod?.pod.uplink ?? node.nics[0]?.nic.name;
  return { node, pod, uplink: node.nics.find(({ nic }) => nic.name === name)?.box ?? null };
}

interface Ports {
  dock(box: Box, key: string): void;
  x(box: Box, key: string): number;
  /** A line of its own for every path that turns in a node. */
  laneOf(node: PlacedNode, index: number): number;
}

const widest = 20;

function createPorts(): Ports {
  const docked = new Map<Box, string[]>();
  const lanes = new Map<PlacedNode, number[]>();
  return {
    dock(box, key) {
      docked.set(box, [...(docked.get(box) ?? []), key]);
    },
    x(box, key) {
      const keys = docked.get(box) ?? [];
      const step = Math.min(widest, (box.width - widest) / Math.max(1, keys.length));
      return centre(box) + (keys.indexOf(key) - (keys.length - 1) / 2) * step;
    },
    laneOf(node, index) {
      const known = lanes.get(node) ?? [];
      lanes.set(node, known);
      if (!known.includes(index)) known.push(index);
      return known.indexOf(index);
    },
  };
}
