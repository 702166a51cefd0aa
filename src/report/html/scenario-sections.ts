import { count } from '../quantities.js';
import { laneTitles } from '../timeline/lanes.js';
import { delayOf, eventText, timelineSvg, timeText } from '../timeline/svg.js';
import type { ReportedEvent, ReportedScenario, VerdictReport } from '../verdict-report.js';
import { secondsText } from '../verdict-scenarios-text.js';
import { countedFailures } from '../verdict-words.js';
import { moreText } from './conversation-sections.js';
import { type Markup, markup } from './markup.js';
import { ruleAnchor, scenarioAnchor } from './rule-states.js';

/** Events of one table; the JSON report has all. */
const maxEvents = 1_000;

/** Each scenario with its timeline; those in which something went wrong are open. */
export function scenarioSection({ scenarios = [], rules }: VerdictReport): Markup | null {
  if (scenarios.length === 0) return null;
  return markup`<section id="scenarios"><h2>Scenarios</h2>${scenarios.map((each) => scenarioDetails(each, countedFailures(each, rules).length))}</section>`;
}

function scenarioDetails(scenario: ReportedScenario, failures: number): Markup {
  const { name, title, status, reason, failed, passed, timeline, agentOutput = '', durationMs } = scenario;
  const bad = status === 'broken' || failures > 0;
  const mark =
    status === 'skipped'
      ? markup`<span class="mark soft">· not played</span>`
      : status === 'broken'
        ? markup`<span class="mark bad">✗ Plumbline broke</span>`
        : bad
          ? markup`<span class="mark bad">✗ ${failures} failed</span>`
          : markup`<span class="mark good">✓ passed</span>`;
  const facts = [
    ...(status === 'skipped' ? [] : [`${passed.length} passed`]),
    ...(status === 'skipped' || durationMs === undefined ? [] : [secondsText(durationMs)]),
  ].join(', ');
  return markup`<details class="scenario" id="${scenarioAnchor(name)}"${bad ? { markup: ' open' } : null}><summary>${mark} <b>${name}</b> <span class="soft">${title}${facts === '' ? '' : ` (${facts})`}</span></summary>
${reason === undefined ? null : markup`<p class="${status === 'broken' ? 'bad' : 'soft'}">${reason}</p>`}
${failed.length === 0 ? null : markup`<p>Rules that failed: ${failed.map((id, i) => markup`${i === 0 ? '' : ', '}<a href="#${ruleAnchor(id)}">${id}</a>`)}</p>`}
${timeline.length === 0 ? null : markup`<div class="scroll">${timelineSvg(timeline, name)}</div>${eventTable(timeline)}`}
${agentOutput.trim() === '' ? null : markup`<details><summary>What the agent wrote at the end</summary><pre>${agentOutput.trimEnd()}</pre></details>`}</details>`;
}

function eventTable(events: readonly ReportedEvent[]): Markup {
  const rows = events.slice(0, maxEvents).map((event, index) => {
    const cause = event.cause === undefined ? undefined : events[event.cause];
    const delay = cause === undefined ? null : delayOf(cause, event);
    const follows = event.cause === undefined ? '' : `${event.cause}${delay === null ? '' : ` (${delay})`}`;
    return markup`<tr><td class="number-cell">${index}</td><td class="number-cell">${event.at === undefined ? '' : timeText(event.at)}</td><td class="tight">${laneTitles[event.lane]}</td><td>${eventText(event)}</td><td class="tight">${follows}</td></tr>`;
  });
  const head = ['', 'at', 'lane', 'what', 'follows from'].map((name) => markup`<th scope="col">${name}</th>`);
  return markup`<details><summary>${count(events.length, 'event')} as a table</summary><div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>${moreText(events.length - maxEvents)}</details>`;
}
