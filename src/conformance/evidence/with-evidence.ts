import type { CallRecord } from '../../journal/record.js';
import type { Verdict } from '../verdict.js';
import { showRequest } from './show-request.js';

/** Findings of one rule, requests of one verdict, and entries of one request that are shown. */
const limits = { findingsOfRule: 3, requests: 100, entriesOfRequest: 5 };

/**
 * A verdict with the requests that its first findings point at.
 *
 * @param verdict on the calls of one server
 * @param callOf by `CallRecord.seq`; null where the call, or its messages, are no longer known
 */
export function withEvidence(verdict: Verdict, callOf: (seq: number) => CallRecord | null): Verdict {
  const evidence = [...wantedRequests(verdict).values()].flatMap(({ request, scenario, entries }) => {
    const call = callOf(request);
    if (call === null) return [];
    const at = Math.max(0, call.time - (verdict.times?.startedAt ?? call.time));
    return [{ ...showRequest(call, entries, at), ...(scenario === undefined ? {} : { scenario }) }];
  });
  return evidence.length === 0 ? verdict : { ...verdict, evidence };
}

/** For a verdict that is made of several: drops requests that its first findings do not point at any more. */
export function pruneEvidence(verdict: Verdict): Verdict {
  const wanted = wantedRequests(verdict);
  const evidence = (verdict.evidence ?? []).filter((request) => wanted.has(keyOf(request)));
  const { evidence: _all, ...rest } = verdict;
  return evidence.length === 0 ? rest : { ...rest, evidence };
}

/** Numbers of the calls that `withEvidence` asks for. */
export function wantedCalls(verdict: Verdict): ReadonlySet<number> {
  return new Set([...wantedRequests(verdict).values()].map(({ request }) => request));
}

interface WantedRequest {
  readonly request: number;
  readonly scenario?: string;
  readonly entries: ReadonlySet<number>;
}

function wantedRequests({ rules }: Pick<Verdict, 'rules'>): ReadonlyMap<string, WantedRequest> {
  const wanted = new Map<string, WantedRequest & { readonly entries: Set<number> }>();
  for (const { findings } of rules) {
    for (const finding of findings.slice(0, limits.findingsOfRule)) {
      const { request, scenario, entry } = finding;
      const known = wanted.get(keyOf(finding));
      if (request <= 0 || (known === undefined && wanted.size >= limits.requests)) continue;
      const entries = known?.entries ?? new Set();
      wanted.set(keyOf(finding), { request, entries, ...(scenario === undefined ? {} : { scenario }) });
      if (entry !== undefined && entries.size < limits.entriesOfRequest) entries.add(entry);
    }
  }
  return wanted;
}

function keyOf({ scenario = '', request }: { readonly scenario?: string; readonly request: number }): string {
  return `${request} ${scenario}`;
}
