import { isInNamespace } from '../in-namespace.js';
import type { Judgement } from '../rule.js';
import { findingCount } from '../tally.js';

/** What a rule said, without what it said of objects that cannot fail. */
export function withinNamespace(judgement: Judgement, namespace: string | undefined): Judgement {
  if (namespace === undefined || judgement.status !== 'failed') return judgement;
  const findings = judgement.findings.filter(
    (finding) => (finding.uid === undefined && finding.name === undefined) || isInNamespace(namespace, finding),
  );
  if (findings.length === 0) return { status: 'passed' };
  const dropped = judgement.findings.length - findings.length;
  return { status: 'failed', findings, total: findingCount(judgement) - dropped };
}
