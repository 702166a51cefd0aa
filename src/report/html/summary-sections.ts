import type { Advice } from '../../replay/advice/advice.js';
import type { Coverage } from '../../replay/coverage.js';
import type { ReplayReport } from '../../replay/replay-report.js';
import { byteText, count, grouped } from '../quantities.js';
import { capturePlace, captureRemarks } from '../replay-captures-text.js';
import { coveragePoints, unmetText } from '../replay-coverage-text.js';
import { positionNames, positionTitles } from '../replay-failure.js';
import type { ReplayResult } from '../replay-result.js';
import { evidenceText, settingLines } from '../replay-words.js';
import { pageSigns, toneOf } from '../topology/svg.js';
import { moreText } from './conversation-sections.js';
import { type Markup, markup } from './markup.js';

export function coverageSection({ coverage }: ReplayReport): Markup | null {
  if (coverage === null) return null;
  const { cni, spans, unmet, notJudged } = coverage;
  const badge = ({ tapSide, status }: ReturnType<typeof coveragePoints>[number]) => {
    const tone = toneOf({ status, fails: status === 'missing' || status === 'unexpected' });
    return markup`<span class="mark ${tone}">${pageSigns[status]} ${tapSide}</span> `;
  };
  return markup`<section><h2>Coverage of ${cni ?? 'the points that the site lists'}</h2>
${spans.map(({ span, conversations, passed }) => markup`<p class="${passed === conversations ? 'good' : 'bad'}">${passed === conversations ? '✓' : '✗'} ${span}: ${grouped(passed)} of ${count(conversations, 'conversation')} passed</p>`)}
<p>${coveragePoints(coverage).map(badge)}</p>
${positionTable(coverage)}
${unmet.slice(0, 20).map((each) => markup`<p class="warn">! The row presupposes ${unmetText(each)}.</p>`)}${moreText(unmet.length - 20)}
${notJudged.length === 0 ? null : markup`<p class="soft">${notJudged.join(', ')} are not judged: the site names no file of system calls.</p>`}
</section>`;
}

function positionTable({ positions, notJudged }: Coverage): Markup {
  const rows = positionNames.map((name) => {
    const { expected, seen } = positions[name];
    const good = expected === seen || (name === 'syscall' && !seen && notJudged.length > 0);
    const tone = good ? (expected === seen ? 'good' : 'warn') : 'bad';
    return markup`<tr><td>${positionTitles[name]}</td><td>${expected ? 'yes' : 'no'}</td><td class="${tone}">${good ? (expected === seen ? '✓' : '?') : '✗'} ${seen ? 'yes' : 'no'}</td></tr>`;
  });
  return markup`<table style="width:auto"><thead><tr><th>position</th><th>expected</th><th>seen</th></tr></thead><tbody>${rows}</tbody></table>`;
}

export function adviceSection(advice: readonly Advice[]): Markup | null {
  if (advice.length === 0) return null;
  return markup`<section><h2>What to do</h2>${advice.map(adviceArticle)}</section>`;
}

function adviceArticle({ id, why, setting, evidence }: Advice): Markup {
  const lines = settingLines(setting);
  return markup`<article><h3 class="warn">${id}</h3><p>${why}</p>
${lines === null ? markup`<p><b>Do:</b> ${setting}</p>` : markup`<pre>${lines.join('\n')}</pre>`}
<table><thead><tr><th>packets that show it</th><th>filter</th></tr></thead><tbody>${evidence.map(
    (each) =>
      markup`<tr><td>${evidenceText(each)}</td><td>${each.filter === '' ? null : markup`<code>${each.filter}</code>`}</td></tr>`,
  )}</tbody></table></article>`;
}

export function captureSection({ report, captures }: ReplayResult, limit: number): Markup {
  const rows = captures.slice(0, limit).map((capture) => {
    const { counters, captured, packets, bytes, files } = capture;
    return markup`<tr><td class="tight">${capturePlace(capture)}</td><td>${files.join(', ')}</td><td class="number-cell">${grouped(packets)}</td><td class="number-cell">${byteText(bytes)}</td><td class="number-cell">${counters === null ? '' : grouped(counters.packetsInFlows)}</td><td class="tight ${captured ? 'good' : 'soft'}">${captured ? '✓ captured' : '· left out'}</td><td>${captureRemarks(capture, report.config).join('; ')}</td></tr>`;
  });
  return markup`<section class="scroll"><h2>Captures</h2><table><thead><tr><th>at</th><th>file</th><th class="number-cell">packets</th><th class="number-cell">bytes</th><th class="number-cell">in flows</th><th>by the agent</th><th></th></tr></thead><tbody>${rows}</tbody></table>${moreText(captures.length - limit)}</section>`;
}

/** MACs that decide and that nobody gave, with how they are known. */
export function platformSection({ platform }: ReplayReport, limit: number): Markup | null {
  const doubtful = platform.facts.filter(({ owner, origin }) => owner.startsWith('pod ') && origin !== 'given');
  if (platform.kind !== 'reported' || doubtful.length + platform.refused.length === 0) return null;
  const rows = doubtful
    .slice(0, limit)
    .map(
      ({ owner, nic, mac, origin, evidence }) =>
        markup`<tr><td>${owner} ${nic}</td><td><code>${mac}</code></td><td class="warn">${origin}</td><td>${evidence}</td></tr>`,
    );
  return markup`<section class="scroll"><h2>MACs of Pods that the site does not give</h2><table><thead><tr><th>NIC</th><th>MAC</th><th>how it is known</th><th></th></tr></thead><tbody>${rows}</tbody></table>${moreText(doubtful.length - limit)}
${platform.refused.slice(0, limit).map((text) => markup`<p class="warn">! Not believed: ${text}</p>`)}${moreText(platform.refused.length - limit)}</section>`;
}
