import type { Coverage } from '../replay/coverage.js';
import { alongPath, type TapSide } from '../replay/observation-point.js';
import type { ReplayReport } from '../replay/replay-report.js';
import type { UnmetRequirement } from '../replay/requirements.js';
import { count, grouped } from './quantities.js';
import { positionNames, positionTitles } from './replay-failure.js';
import { stepSigns } from './replay-path.js';
import type { Style } from './style.js';
import { textTable } from './text-table.js';

export type CoverageStatus = 'seen' | 'missing' | 'unexpected' | 'not-judged';

/** Every point that was expected or seen. */
export function coveragePoints(coverage: Coverage): { readonly tapSide: TapSide; readonly status: CoverageStatus }[] {
  const { expected, seen, missing, unexpected, notJudged } = coverage;
  return alongPath([...expected, ...seen]).map((tapSide) => ({
    tapSide,
    status: missing.includes(tapSide)
      ? 'missing'
      : unexpected.includes(tapSide)
        ? 'unexpected'
        : notJudged.includes(tapSide) && !seen.includes(tapSide)
          ? 'not-judged'
          : 'seen',
  }));
}

/** Expected against seen, and how DeepFlow comes to know the MACs that decide. */
export function coverageLines({ coverage, platform }: ReplayReport, style: Style, limit: number): string[] {
  return [
    ...(coverage === null ? [] : expectationLines(coverage, style, limit)),
    ...platformLines(platform, style, limit),
  ];
}

function expectationLines(coverage: Coverage, style: Style, limit: number): string[] {
  const { cni, spans, positions, unmet } = coverage;
  const title = `Coverage of ${cni ?? 'the points that the site lists'}`;
  const paint = { seen: style.good, missing: style.bad, unexpected: style.bad, 'not-judged': style.warn };
  const points = coveragePoints(coverage).map(({ tapSide, status }) =>
    paint[status](`${stepSigns[status]} ${tapSide}`),
  );
  const rows = positionNames.map((name) => {
    const { expected, seen } = positions[name];
    const good = expected === seen || (name === 'syscall' && !seen && coverage.notJudged.length > 0);
    return [positionTitles[name], expected ? 'yes' : 'no', (good ? style.good : style.bad)(seen ? 'yes' : 'no')];
  });
  return [
    style.bold(title),
    ...spans.map(({ span, conversations, passed }) => {
      const word = `${span}: ${passed} of ${count(conversations, 'conversation')} passed`;
      return `  ${(passed === conversations ? style.good : style.bad)(word)}`;
    }),
    `  ${points.join('   ')}`,
    textTable([['position', 'expected', 'seen'].map(style.dim), ...rows]),
    ...unmet.slice(0, limit).map((each) => `  ${style.warn('the row presupposes')} ${unmetText(each)}`),
    ...more(unmet.length - limit, style),
    ...(coverage.notJudged.length > 0
      ? [style.dim(`  ${coverage.notJudged.join(', ')} are not judged: the site names no file of system calls`)]
      : []),
  ];
}

/** A long expression stands at the head of the report already. */
export function unmetText({ node, setting, found, expected }: UnmetRequirement): string {
  const has = found === '' ? 'nothing' : found;
  return `${setting}: ${expected}; node ${node} has ${has.length > 24 ? 'another one' : has}`;
}

function platformLines({ kind, facts, refused }: ReplayReport['platform'], style: Style, limit: number): string[] {
  if (kind !== 'reported') return [];
  const doubtful = facts.filter(({ owner, origin }) => owner.startsWith('pod ') && origin !== 'given');
  if (doubtful.length === 0 && refused.length === 0) return [];
  const rows = doubtful
    .slice(0, limit)
    .map(({ owner, nic, mac, origin, evidence }) => [`${owner} ${nic}`, mac, style.warn(origin), style.dim(evidence)]);
  return [
    style.bold('MACs of Pods that the site does not give'),
    ...(rows.length === 0 ? [] : [textTable(rows)]),
    ...more(doubtful.length - limit, style),
    ...refused.slice(0, limit).map((text) => `  ${style.warn('not believed:')} ${text}`),
    ...more(refused.length - limit, style),
  ];
}

function more(left: number, style: Style): string[] {
  return left > 0 ? [style.dim(`  ... and ${grouped(left)} more`)] : [];
}
