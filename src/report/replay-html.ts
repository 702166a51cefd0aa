import type { ReplayReport } from '../replay/replay-report.js';
import { conversationSections, legend } from './html/conversation-sections.js';
import { type Markup, markup } from './html/markup.js';
import { pageStyle } from './html/page-style.js';
import { replayStyle } from './html/replay-style.js';
import { adviceSection, captureSection, coverageSection, platformSection } from './html/summary-sections.js';
import { count, grouped } from './quantities.js';
import type { ReplayResult } from './replay-result.js';
import { verdictLine } from './replay-text.js';
import { createStyle } from './style.js';
import { drawingOf } from './topology/draw.js';
import { pathTone, topologySvg } from './topology/svg.js';

/** Rows of one table; a page of more helps nobody, and the JSON report has all. */
const limit = 200;

/** A replay as one file of HTML that fetches nothing: the topology drawn, conversations, coverage, advice, captures. */
export function replayHtml(result: ReplayResult): string {
  const { report } = result;
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Replay of ${report.site}</title>
<style>${{ markup: pageStyle + replayStyle }}</style>
</head>
<body>
${header(report)}
<main>
${topologySection(result)}
${adviceSection(report.advice)}
${coverageSection(report)}
${conversationSections(report, limit)}
${platformSection(report, limit)}
${captureSection(result, limit)}
</main>
</body>
</html>
`;
  return page.markup;
}

function header(report: ReplayReport): Markup {
  const { site, config, platform, coverage, notes } = report;
  const mark =
    coverage === null
      ? markup`<span class="mark warn">? not judged</span>`
      : coverage.judged === 0
        ? markup`<span class="mark bad">✗ nothing judged</span>`
        : coverage.verdict === 'pass'
          ? markup`<span class="mark good">✓ pass</span>`
          : markup`<span class="mark bad">✗ fail</span>`;
  const settings = (['tap_mode', 'tap_interface_regex', 'decap_type'] as const).map((name) => {
    const value = config[name];
    return markup`<dt>${name}</dt><dd><code>${typeof value === 'string' ? value : JSON.stringify(value ?? null)}</code></dd>`;
  });
  const differing = Object.entries((config.nodes ?? {}) as Readonly<Record<string, unknown>>).map(
    ([node, own]) => markup`<dt>node ${node}</dt><dd><code>${JSON.stringify(own)}</code></dd>`,
  );
  return markup`<header><h1>${mark}<span>Replay of ${site}</span></h1><p>${verdictLine(report, createStyle(false))}</p>
<dl><dt>platform data</dt><dd>${platform.kind}</dd>${settings}${differing}</dl>${notes.map((note) => markup`<p class="warn">${note}</p>`)}</header>`;
}

function topologySection(result: ReplayResult): Markup | null {
  const drawing = drawingOf(result);
  if (drawing.nodes.length === 0) return null;
  const { paths, leftOut } = drawing;
  const path = (each: (typeof paths)[number]) => {
    const tone = pathTone(each);
    const sign = { good: '✓', bad: '✗', soft: '·' }[tone];
    const failed = each.failed > 0 ? `, ${grouped(each.failed)} failed` : '';
    return markup`<li><span class="${tone}">${sign} ${each.number}</span> ${each.title} <span class="soft">${count(each.conversations, 'conversation')}${failed}</span></li>`;
  };
  return markup`<section><h2>Where it was seen</h2><div class="scroll">${topologySvg(drawing)}</div>
<ul class="paths">${paths.map(path)}</ul>${legend()}
${leftOut.length === 0 ? null : markup`<p class="soft">Not drawn: ${leftOut.join('; ')}.</p>`}</section>`;
}
