import type { Drawing, DrawnNic, DrawnNode, DrawnPath, DrawnPod, PathEnd } from './drawing.js';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedPod {
  readonly pod: DrawnPod;
  readonly box: Box;
  readonly end: Box | null;
}

export interface PlacedNic {
  readonly nic: DrawnNic;
  readonly box: Box;
}

export interface PlacedNode {
  readonly node: DrawnNode;
  readonly box: Box;
  readonly pods: readonly PlacedPod[];
  readonly nics: readonly PlacedNic[];
  /** Where wires turn between Pods and NICs. */
  readonly turnY: number;
  readonly row: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  /** The network beneath each row. */
  readonly buses: readonly Bus[];
  /** The wire at the left that joins the rows, and numbers of the paths along it. */
  readonly trunk: { readonly x: number; readonly lanes: readonly number[] };
}

export interface Bus {
  readonly y: number;
  /** Where it ends at the right. */
  readonly to: number;
  /** Numbers of the paths along it, each on a line of its own. */
  readonly lanes: readonly number[];
}

export const lane = 6;
const column = 158;
const gap = 10;
const pad = 14;
const margin = 16;
const maxWidth = 1180;
const titleHeight = 30;
const podHeight = 54;
const nicHeight = 46;
/** Between a Pod and its NIC, with room for the number of a path. */
const dropHeight = 30;

/** Boxes in rows, and room for the wires between them. */
export function layOut({ nodes, paths }: Drawing): Layout {
  const crossing = paths.filter(({ client, server }) => client.node !== server.node);
  const widestTrunk = crossing.length * lane + 2 * margin;
  const rows = rowsOf(nodes, maxWidth - widestTrunk - margin);
  const rowOf = new Map(rows.flatMap((members, row) => members.map(({ name }) => [name, row])));
  const trunkLanes = crossing.filter(({ client, server }) => rowOf.get(client.node) !== rowOf.get(server.node));
  const left = rows.length > 1 ? trunkLanes.length * lane + 2 * margin : margin;
  const placed: PlacedNode[] = [];
  const buses: Bus[] = [];
  let y = margin;
  for (const [row, members] of rows.entries()) {
    const drafts = members.map((node) => ({ node, size: sizeOf(node, passing(paths, node.name)) }));
    const height = Math.max(...drafts.map(({ size }) => size.height));
    const busY = y + height + margin;
    let x = left;
    for (const { node, size } of drafts) {
      placed.push(placeNode(node, { x, y, width: size.width, height }, size.turnHeight, row));
      x += size.width + margin;
    }
    const lanes = crossing.filter(({ client, server }) => [client, server].some(({ node }) => rowOf.get(node) === row));
    buses.push({ y: busY, to: x - margin, lanes: lanes.map(({ number }) => number) });
    y = busY + (lanes.length + 1) * lane + margin;
  }
  const width = Math.max(...buses.map(({ to }) => to), 0) + margin;
  const trunk = { x: margin, lanes: trunkLanes.map(({ number }) => number) };
  return { width, height: y, nodes: placed, buses, trunk };
}

function rowsOf(nodes: readonly DrawnNode[], room: number): DrawnNode[][] {
  const rows: DrawnNode[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const node of nodes) {
    const width = widthOf(node) + margin;
    if (used + width > room + margin) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1)?.push(node);
    used += width;
  }
  return rows;
}

export function columnsOf({ pods, nics }: DrawnNode): number {
  return Math.max(1, pods.length, Math.min(nics.length, 3));
}

function widthOf(node: DrawnNode): number {
  const columns = columnsOf(node);
  return columns * column + (columns - 1) * gap + 2 * pad;
}

function sizeOf(node: DrawnNode, wires: number): { width: number; height: number; turnHeight: number } {
  const turnHeight = margin + (wires + 1) * lane;
  const podRows = node.pods.length > 0 ? podHeight + dropHeight + turnHeight : 0;
  const ends = node.pods.some(({ end }) => end !== null) ? nicHeight : 0;
  const nicRows = Math.max(1, Math.ceil(node.nics.length / columnsOf(node)));
  const more = node.morePods + node.moreNics > 0 ? 18 : 0;
  const height = titleHeight + podRows + ends + nicRows * (nicHeight + gap) - gap + pad + more;
  return { width: widthOf(node), height, turnHeight };
}

function placeNode(node: DrawnNode, box: Box, turnHeight: number, row: number): PlacedNode {
  const at = (index: number): number => box.x + pad + (index % columnsOf(node)) * (column + gap);
  const hasEnds = node.pods.some(({ end }) => end !== null);
  const podY = box.y + titleHeight;
  const endY = podY + podHeight + dropHeight;
  const pods = node.pods.map(
    (pod, i): PlacedPod => ({
      pod,
      box: { x: at(i), y: podY, width: column, height: podHeight },
      end: pod.end === null ? null : { x: at(i), y: endY, width: column, height: nicHeight },
    }),
  );
  const turnY = hasEnds ? endY + nicHeight : pods.length > 0 ? endY : podY;
  const nicY = pods.length > 0 ? turnY + turnHeight : podY;
  const nics = node.nics.map((nic, i): PlacedNic => {
    const rowOfNic = Math.floor(i / columnsOf(node));
    return { nic, box: { x: at(i), y: nicY + rowOfNic * (nicHeight + gap), width: column, height: nicHeight } };
  });
  return { node, box, pods, nics, turnY, row };
}

/** How many paths begin or end in a node. */
function passing(paths: readonly DrawnPath[], node: string): number {
  return paths.filter(({ client, server }) => isIn(client, node) || isIn(server, node)).length;
}

function isIn(end: PathEnd, node: string): boolean {
  return end.node === node;
}

export function centre(box: Box): number {
  return box.x + box.width / 2;
}

export function bottom(box: Box): number {
  return box.y + box.height;
}
