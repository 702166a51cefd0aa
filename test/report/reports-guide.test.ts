import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parseBaseline } from '../../src/cli/baseline-file.js';
import { catalogue } from '../../src/conformance/catalogue.js';
import { githubAnnotations } from '../../src/report/github-annotations.js';
import { reportOfVerdict } from '../../src/report/report-of-verdict.js';
import { createStyle } from '../../src/report/style.js';
import { verdictBadge } from '../../src/report/verdict-badge.js';
import { verdictCtrf } from '../../src/report/verdict-ctrf.js';
import { verdictJson } from '../../src/report/verdict-json.js';
import { verdictJunit } from '../../src/report/verdict-junit.js';
import { verdictSarif } from '../../src/report/verdict-sarif.js';
import { verdictText } from '../../src/report/verdict-text.js';
import { packageFile } from '../../src/wire/package-file.js';
import { sampleVerdict } from './support/sample-verdict.js';
import { facts } from './support/sample-verdicts.js';

const guide = await readFile(packageFile('docs/guides/reports.md'), 'utf8');
const sections = new Map(guide.split(/^## /m).map((text) => [text.slice(0, text.indexOf('\n')), text]));

function excerpt(section: string, language: string): string {
  const [, text = ''] = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(sections.get(section) ?? '') ?? [];
  expect(text, section).not.toBe('');
  return text.trimEnd();
}

describe('the guide to reports', () => {
  const report = reportOfVerdict(sampleVerdict, { stable: false });
  const tool = { version: '0.1.0', rules: facts };

  it.each([
    ['Table', 'console', verdictText(report, createStyle(false), 1)],
    ['JSON', 'json', verdictJson(report)],
    ['JUnit', 'xml', verdictJunit(report)],
    ['SARIF', 'json', verdictSarif(report, tool)],
    ['CTRF', 'json', verdictCtrf(report, tool)],
    ['Badge', 'json', verdictBadge(report)],
    ['GitHub Actions', 'console', githubAnnotations(report)],
  ])('%s: shows what is written', (section, language, written) => {
    expect(written).toContain(excerpt(section, language));
  });

  it('has a baseline that can be read', () => {
    const rules = catalogue().map(({ id }) => id);
    const baseline = excerpt('Known failures: `--baseline`', 'yaml');
    expect(parseBaseline(baseline, 'known.yaml', { rules, scenarios: [] }).entries).toHaveLength(2);
  });
});
