import { protocolName } from '../../replay/protocol.js';
import type { ReplayReport, ReportedConversation } from '../../replay/replay-report.js';
import { durationText, grouped, timeText } from '../quantities.js';
import { failuresOf } from '../replay-failure.js';
import { type PathStep, pathOf, placeOf, type StepStatus, stepWords } from '../replay-path.js';
import {
  addressText,
  conversationText,
  ownerText,
  pointNotes,
  segmentText,
  translationTexts,
} from '../replay-words.js';
import { pageSigns, toneOf } from '../topology/svg.js';
import { type Markup, markup } from './markup.js';

/** Each judged conversation with its path, those that failed first, then a line for each of the others. */
export function conversationSections(report: ReplayReport, limit: number): Markup {
  const { conversations, conversationsLeftOut, coverage } = report;
  const isDetailed = ({ judged, kind }: ReportedConversation) => judged || (coverage === null && kind === undefined);
  const all = [...conversations];
  const detailed = all.filter(isDetailed).sort((a, b) => Number(b.verdict === 'fail') - Number(a.verdict === 'fail'));
  const others = all.filter((conversation) => !isDetailed(conversation));
  return markup`<section><h2>Conversations</h2>
${detailed.length === 0 ? markup`<p class="warn">No conversation was judged.</p>` : null}
${detailed.slice(0, limit).map(conversationArticle)}
${moreText(detailed.length - limit)}
${conversationsLeftOut > 0 ? markup`<p class="warn">${grouped(conversationsLeftOut)} conversations beyond the limit are not listed.</p>` : null}
</section>${others.length === 0 ? null : otherSection(others, limit)}`;
}

const verdictMarks = {
  pass: markup`<span class="mark good">✓ pass</span>`,
  fail: markup`<span class="mark bad">✗ fail</span>`,
  'not-judged': markup`<span class="mark soft">· not judged</span>`,
} as const;

function conversationArticle(conversation: ReportedConversation): Markup {
  const { protocol, client, server, span, verdict, why } = conversation;
  const end = (of: typeof client) =>
    markup`<span>${ownerText(of)} <span class="soft">${addressText(of, protocol)}</span></span>`;
  const failures = failuresOf(conversation);
  const head = ['', 'point', 'at', 'to server', 'to client', 'since the last', 'RTT', 'from', ''];
  return markup`<article><h3>${verdictMarks[verdict]}<span>${protocolName(protocol)}</span>${end(client)}<span>→</span>${end(server)}<span class="soft">${span ?? ''}</span></h3>
${failures.map((text) => markup`<p class="bad">${text}</p>`)}
${verdict === 'fail' && why !== '' ? markup`<p class="soft">expected because ${why}</p>` : null}
${translationTexts(conversation).map((text) => markup`<p class="soft">${text}</p>`)}
<table><thead><tr>${head.map((name, i) => markup`<th${i === 3 || i === 4 ? markup` class="number-cell"` : null}>${name}</th>`)}</tr></thead>
<tbody>${pathOf(conversation).map(stepRow)}</tbody></table></article>`;
}

function stepRow(step: PathStep): Markup {
  const { tapSide, status, point, segment } = step;
  const tone = toneOf(step);
  const sign = markup`<td class="tight ${tone}"><span class="mark">${pageSigns[status]}</span></td><td class="tight ${tone}"><b>${tapSide}</b></td>`;
  if (point === null)
    return markup`<tr>${sign}<td colspan="6"></td><td class="${tone}"><b>${stepWords[status]}</b></td></tr>`;
  const says = status === 'missing' || status === 'unexpected' || status === 'one-way';
  const notes = pointNotes(point).join('; ');
  const lost = (segment?.lost ?? 0) > 0;
  return markup`<tr>${sign}<td>${placeOf(point)}${point.source === 'syscall' ? markup` <span class="soft">system calls</span>` : null}</td>
<td class="number-cell">${grouped(point.packetsTx)}</td><td class="number-cell">${grouped(point.packetsRx)}</td>
<td class="tight${lost ? markup` bad` : null}">${segment === null ? '' : segmentText(segment)}</td>
<td class="tight">${point.rtt === null ? '' : durationText(point.rtt)}</td><td class="tight soft">${timeText(point.firstTs)}</td>
<td>${says ? markup`<span class="${tone}">${stepWords[status]}</span> ` : null}${notes}</td></tr>`;
}

function otherSection(others: readonly ReportedConversation[], limit: number): Markup {
  const row = (each: ReportedConversation) =>
    markup`<tr><td>${conversationText(each)}</td><td>${each.points.map((point) => `${point.tapSide} ${placeOf(point)}`).join(', ')}</td><td>${each.reason ?? each.kind ?? ''}</td></tr>`;
  return markup`<section class="scroll"><h2>Not judged <span class="soft">(${grouped(others.length)})</span></h2>
<table><thead><tr><th>conversation</th><th>seen at</th><th>why not</th></tr></thead><tbody>${others.slice(0, limit).map(row)}</tbody></table>
${moreText(others.length - limit)}</section>`;
}

export function moreText(left: number): Markup | null {
  return left > 0 ? markup`<p class="soft">... and ${grouped(left)} more</p>` : null;
}

/** Signs, so that colours only repeat what they say. */
export function legend(): Markup {
  const statuses = (Object.keys(pageSigns) as StepStatus[]).filter((status) => status !== 'noted');
  const fails: readonly StepStatus[] = ['missing', 'unexpected'];
  const item = (status: StepStatus) =>
    markup`<li><span class="mark ${toneOf({ status, fails: fails.includes(status) })}">${pageSigns[status]}</span> ${stepWords[status]}</li>`;
  return markup`<ul class="legend">${statuses.map(item)}<li>dashed NIC: the agent captures nothing there</li></ul>`;
}
