import type { RuleVerdict, Verdict } from '../conformance/verdict.js';
import { escapeXml } from './escape-xml.js';
import { findingPlace } from './verdict-text.js';

/** JUnit XML: one suite for each family, one case for each rule. Rules of level info never fail a case. */
export function verdictJunit(verdict: Verdict): string {
  const families = new Map<string, RuleVerdict[]>();
  for (const rule of verdict.rules) {
    const family = rule.id.slice(0, rule.id.indexOf('/'));
    families.set(family, [...(families.get(family) ?? []), rule]);
  }
  const suites = [...families].map(([family, rules]) => suite(`plumbline ${verdict.compat} ${family}`, family, rules));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="plumbline"${counts(verdict.rules)}>`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function suite(name: string, family: string, rules: readonly RuleVerdict[]): string {
  const cases = rules.map((rule) => testCase(family, rule));
  return [`  <testsuite name="${escapeXml(name)}"${counts(rules)}>`, ...cases, '  </testsuite>'].join('\n');
}

function counts(rules: readonly RuleVerdict[]): string {
  const failures = rules.filter(fails).length;
  const skipped = rules.filter((rule) => rule.status === 'not-judged').length;
  return ` tests="${rules.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
}

function fails(rule: RuleVerdict): boolean {
  return rule.status === 'failed' && rule.level !== 'info';
}

function testCase(family: string, rule: RuleVerdict): string {
  const open = `    <testcase classname="${escapeXml(family)}" name="${escapeXml(rule.id)}"`;
  if (rule.status === 'not-judged') {
    return `${open}>\n      <skipped message="${escapeXml(rule.reason ?? 'not judged')}"/>\n    </testcase>`;
  }
  if (rule.status === 'passed') return `${open}/>`;
  const details = rule.findings
    .map(
      (finding) => `${findingPlace(finding)}: ${finding.message} Found ${finding.found}; expected ${finding.expected}.`,
    )
    .join('\n');
  const more = rule.total > rule.findings.length ? `\n... and ${rule.total - rule.findings.length} more` : '';
  const body = escapeXml(`${details}${more}`);
  if (!fails(rule)) return `${open}>\n      <system-out>${body}</system-out>\n    </testcase>`;
  const message = escapeXml(rule.findings[0]?.message ?? 'failed');
  return `${open}>\n      <failure type="${rule.level ?? ''}" message="${message}">${body}</failure>\n    </testcase>`;
}
