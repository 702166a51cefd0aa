import { type Markup, markup } from '../html/markup.js';
import { count } from '../quantities.js';
import { type StepStatus, stepWords } from '../replay-path.js';
import type { Badge, Drawing, DrawnNic, DrawnPath } from './drawing.js';
import { type Box, bottom, centre, type Layout, layOut, type PlacedNode } from './layout.js';
import { type RoutedPath, routePaths } from './route.js';

/** Signs that a font of any reader has; the same as the table's legend. */
export const pageSigns: Readonly<Record<StepStatus, string>> = {
  seen: '✓',
  'one-way': '→',
  shared: '=',
  missing: '✗',
  unexpected: '!',
  'not-judged': '?',
  noted: '·',
};

/** Which of the page's colours a point has. */
export function toneOf({ status, fails }: { readonly status: StepStatus; readonly fails: boolean }): string {
  if (fails) return 'bad';
  if (status === 'seen' || status === 'shared') return 'good';
  return status === 'noted' ? 'soft' : 'warn';
}

/** Nodes with their Pods and NICs, the points at each, and the paths of the traffic, as inline SVG. */
export function topologySvg(drawing: Drawing): Markup {
  const layout = layOut(drawing);
  const paths = routePaths(drawing.paths, layout);
  const label = `${count(drawing.nodes.length, 'node')} and ${count(paths.length, 'path')} between their Pods`;
  return markup`<svg class="topology" viewBox="0 0 ${layout.width} ${layout.height}" width="${layout.width}" role="img" aria-label="${label}">
<defs>${['good', 'bad', 'soft'].map(arrowHead)}</defs>
${network(layout)}
${layout.nodes.map(nodeBack)}
${layout.nodes.map((node) => wires(node, layout))}
${paths.map(pathLine)}
${layout.nodes.map(nodeFront)}
${paths.map(pathNumber)}
</svg>`;
}

function arrowHead(tone: string): Markup {
  return markup`<marker id="arrow-${tone}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="5" markerHeight="5" orient="auto"><path class="head ${tone}" d="M0 0L8 4L0 8z"/></marker>`;
}

function network({ buses, trunk: { x: trunkX }, nodes }: Layout): Markup {
  const [first, last] = [buses[0], buses.at(-1)];
  const trunk =
    first === undefined || last === undefined || first === last
      ? null
      : markup`<path class="wire" d="M${trunkX} ${first.y}V${last.y}"/>`;
  const rows = buses.map(({ y, to }, row) => {
    const [leftmost] = nodes.filter((node) => node.row === row);
    const from = trunk === null ? (leftmost?.box.x ?? 0) : trunkX;
    return markup`<path class="wire" d="M${from} ${y}H${to}"/>`;
  });
  return markup`${trunk}${nodes.length > 1 ? rows : null}`;
}

function nodeBack({ box, node }: PlacedNode): Markup {
  const name = short(node.name, Math.floor((box.width - 28) / 8));
  return markup`<rect class="node" ${rect(box)} rx="10"/><text class="node-name" x="${box.x + 14}" y="${box.y + 20}">${name}</text>`;
}

function undrawn({ box, node }: PlacedNode): Markup | null {
  const more = [
    ...(node.morePods > 0 ? [count(node.morePods, 'further Pod')] : []),
    ...(node.moreNics > 0 ? [count(node.moreNics, 'further NIC')] : []),
  ];
  if (more.length === 0) return null;
  return markup`<text class="small halo" x="${box.x + 14}" y="${bottom(box) - 8}">${more.join(', ')} not drawn</text>`;
}

/** What hangs on what, whether traffic was seen there or not. */
function wires({ pods, nics, turnY, row }: PlacedNode, { buses }: Layout): Markup {
  const lines = pods.map(({ pod, box, end }) => {
    const uplink = nics.find(({ nic }) => nic.name === pod.uplink)?.box;
    const x = centre(box);
    const drop = `M${x} ${bottom(box)}V${end === null ? turnY : bottom(end)}`;
    return uplink === undefined ? drop : `${drop}M${x} ${turnY}V${turnY + 4}H${centre(uplink)}V${uplink.y}`;
  });
  const [first] = nics;
  const busY = buses[row]?.y;
  if (first !== undefined && busY !== undefined) lines.push(`M${centre(first.box)} ${bottom(first.box)}V${busY}`);
  return markup`<path class="wire" d="${lines.join('')}"/>`;
}

function nodeFront(placed: PlacedNode): Markup {
  const { node, box, pods, nics } = placed;
  return markup`${badges(node.badges, box.x + 22 + node.name.length * 8, box.y + 8)}${pods.map(
    ({ pod, box: at, end }) =>
      markup`<g><title>${pod.title}</title><rect class="pod" ${rect(at)} rx="8"/><text class="name" x="${at.x + 10}" y="${at.y + 19}">${short(pod.name, 17)}</text><text class="small" x="${at.x + at.width - 10}" y="${at.y + 19}" text-anchor="end">Pod</text>${badges(pod.badges, at.x + 10, at.y + 28)}</g>${
        pod.end === null || end === null ? null : nicBox(pod.end, end)
      }`,
  )}${nics.map(({ nic, box: at }) => nicBox(nic, at))}${undrawn(placed)}`;
}

function nicBox(nic: DrawnNic, at: Box): Markup {
  const note = { captured: '', 'left-out': 'left out', 'no-capture': 'no capture' }[nic.state];
  return markup`<g><title>${nic.title}</title><rect class="nic ${nic.state}" ${rect(at)} rx="4"/><text class="name" x="${at.x + 10}" y="${at.y + 17}">${short(nic.name, note === '' ? 20 : 11)}</text><text class="small" x="${at.x + at.width - 10}" y="${at.y + 17}" text-anchor="end">${note}</text>${badges(nic.badges, at.x + 10, at.y + 24)}</g>`;
}

const maxBadges = 3;

function badges(list: readonly Badge[], x: number, y: number): Markup {
  let left = x;
  const drawn = list.slice(0, maxBadges).map((badge) => {
    const text = `${pageSigns[badge.status]} ${badge.tapSide}`;
    const width = 9 + text.length * 6.6;
    const at = left;
    left += width + 4;
    const title = `${badge.tapSide}: ${stepWords[badge.status]} (${count(badge.conversations, 'conversation')})`;
    return markup`<g class="badge ${toneOf(badge)}"><title>${title}</title><rect x="${at}" y="${y}" width="${width}" height="17" rx="8.5"/><text x="${at + width / 2}" y="${y + 12.5}" text-anchor="middle">${text}</text></g>`;
  });
  const more = list.length - maxBadges;
  return markup`${drawn}${more > 0 ? markup`<text class="small" x="${left}" y="${y + 12.5}">+${more}</text>` : null}`;
}

export function pathTone({ judged, failed }: DrawnPath): 'good' | 'bad' | 'soft' {
  return failed > 0 ? 'bad' : judged ? 'good' : 'soft';
}

function pathLine({ path, corners }: RoutedPath): Markup {
  const tone = pathTone(path);
  const line = corners.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${x} ${y}`).join('');
  return markup`<path class="path ${tone}" d="${line}" marker-end="url(#arrow-${tone})"><title>${path.number}: ${path.title}</title></path>`;
}

function pathNumber({ path, label }: RoutedPath): Markup {
  return markup`<g class="number ${pathTone(path)}"><circle cx="${label.x}" cy="${label.y}" r="8"/><text x="${label.x}" y="${label.y + 4}" text-anchor="middle">${path.number}</text></g>`;
}

function rect({ x, y, width, height }: Box): Markup {
  return markup`x="${x}" y="${y}" width="${width}" height="${height}"`;
}

function short(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
