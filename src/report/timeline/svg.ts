import type { TimelineLane } from '../../conformance/timeline.js';
import { type Markup, markup } from '../html/markup.js';
import { oneLine } from '../one-line.js';
import { count } from '../quantities.js';
import type { ReportedEvent } from '../verdict-report.js';
import { laneTitles, usedLanes } from './lanes.js';
import { type TimelineRow, timelineRows } from './rows.js';

const rowHeight = 22;
const headHeight = 30;
const timeWidth = 70;
const laneWidth = 76;
const fullWidth = 1240;
/** Behind the last lane, for the delays of its events. */
const delayRoom = 24;
/** Rows of one drawing; the table beside it has all. */
const maxRows = 250;

/**
 * A scenario's timeline from top to bottom as inline SVG: a lane for each kind of event, and an arrow with the delay from each
 * event to what followed from it.
 */
export function timelineSvg(events: readonly ReportedEvent[], name: string): Markup {
  const rows = timelineRows(events, maxRows);
  const lanes = usedLanes(events);
  const rowOf = new Map(rows.flatMap((row, at) => (row.kind === 'event' ? [[row.index, at] as const] : [])));
  const height = headHeight + rows.length * rowHeight + 6;
  const textX = timeWidth + lanes.length * laneWidth + delayRoom;
  const label = `Timeline of ${name}: ${count(events.length, 'event')}`;
  const x = (lane: TimelineLane) => timeWidth + (lanes.indexOf(lane) + 0.5) * laneWidth;
  const y = (row: number) => headHeight + (row + 0.5) * rowHeight;
  const arrows = rows.flatMap((row, at) => {
    if (row.kind === 'gap' || row.event.cause === undefined) return [];
    const cause = events[row.event.cause];
    const causeRow = rowOf.get(row.event.cause);
    if (cause === undefined || causeRow === undefined || causeRow >= at) return [];
    return [arrow({ x: x(cause.lane), y: y(causeRow) }, { x: x(row.event.lane), y: y(at) }, delayOf(cause, row.event))];
  });
  return markup`<svg class="timeline" viewBox="0 0 ${fullWidth} ${height}" width="${fullWidth}" height="${height}" role="img" aria-label="${label}">
${lanes.map((lane) => markup`<path class="lane" d="M${x(lane)} ${headHeight}V${height - 4}"/><text class="head" x="${x(lane)}" y="18" text-anchor="middle">${laneTitles[lane]}</text>`)}
${arrows}
${rows.map((row, at) => rowMarkup(row, { y: y(at), textX, x }))}
</svg>`;
}

interface Spot {
  readonly x: number;
  readonly y: number;
}

const bend = 8;

/** Down the lane of the cause, round a corner, and along the row of what followed. */
function arrow(from: Spot, to: Spot, delay: string | null): Markup {
  const right = to.x >= from.x;
  const side = right ? 1 : -1;
  const end = to.x - side * 7;
  const path =
    from.x === to.x
      ? `M${from.x + 6} ${from.y}C${from.x + 26} ${from.y} ${to.x + 26} ${to.y} ${to.x + 9} ${to.y}`
      : `M${from.x} ${from.y + 6}V${to.y - bend}Q${from.x} ${to.y} ${from.x + side * bend} ${to.y}H${end}`;
  const tip = from.x === to.x ? { x: to.x + 7, side: -1 } : { x: end, side };
  const head = `M${tip.x} ${to.y}l${-7 * tip.side} -4v8z`;
  return markup`<path class="cause" d="${path}"/><path class="tip" d="${head}"/>${delay === null ? null : markup`<text class="delay" x="${to.x + 10}" y="${to.y - 5}">${delay}</text>`}`;
}

interface Places {
  readonly y: number;
  readonly textX: number;
  readonly x: (lane: TimelineLane) => number;
}

function rowMarkup(row: TimelineRow, { y, textX, x }: Places): Markup {
  if (row.kind === 'gap') {
    const lanes = row.lanes.map((lane) => laneTitles[lane]).join(', ');
    return markup`<text class="gap" x="${textX}" y="${y + 4}">... ${count(row.events, 'further event')} (${lanes})</text>`;
  }
  const { at, lane, rule } = row.event;
  const text = eventText(row.event);
  const bad = lane === 'finding' || rule !== undefined;
  const room = Math.floor((fullWidth - textX) / 6.4);
  return markup`<g class="event ${lane}${bad ? ' bad' : ''}"><title>${text}</title>${at === undefined ? null : markup`<text class="at" x="${timeWidth - 16}" y="${y + 4}" text-anchor="end">${timeText(at)}</text>`}${dot(lane, x(lane), y)}<text x="${textX}" y="${y + 4}">${text.length > room ? `${text.slice(0, room - 1)}…` : text}</text></g>`;
}

/** Shapes, so that colours only repeat what they say. */
function dot(lane: TimelineLane, x: number, y: number): Markup {
  switch (lane) {
    case 'step':
      return markup`<rect x="${x - 5}" y="${y - 5}" width="10" height="10" rx="2"/>`;
    case 'fault':
    case 'finding':
      return markup`<path d="M${x} ${y - 6}L${x + 6} ${y}L${x} ${y + 6}L${x - 6} ${y}z"/>`;
    default:
      return markup`<circle cx="${x}" cy="${y}" r="5"/>`;
  }
}

/** An event in one line: what happened, to what, which call, which rule. */
export function eventText({ text, object, request, rule }: ReportedEvent): string {
  return oneLine(
    [
      text,
      ...(object === undefined || text.includes(object) ? [] : [`[${object}]`]),
      ...(request === undefined || new RegExp(`\\b${request}\\b`).test(text) ? [] : [`(call ${request})`]),
      ...(rule === undefined || text.includes(rule) ? [] : [`(${rule})`]),
    ].join(' '),
  );
}

/** From the event that another follows from to that one; null where their times are not known. */
export function delayOf(cause: ReportedEvent, effect: ReportedEvent): string | null {
  return cause.at === undefined || effect.at === undefined ? null : `+${timeText(effect.at - cause.at)}`;
}

/** `850 ms`, `12.3 s`. */
export function timeText(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 99_950 ? 2 : 0)} s`;
}
