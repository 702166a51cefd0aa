import { catalogue } from '../../../../src/conformance/catalogue.js';
import type { ExampleCall, JudgeContext, Judgement, Rule } from '../../../../src/conformance/rule.js';
import { levelOf } from '../../../../src/conformance/rule-level.js';

import { entrySurplus } from '../../../../src/conformance/rules/cost.js';
import { exampleRecords } from '../../../../src/conformance/run-example.js';
import type { SyncCall, Traffic, TrafficCall } from '../../../../src/conformance/traffic.js';
import type { Compat } from '../../../../src/kube/compat.js';
import type { Entry, Snapshot } from '../../../../src/kube/entry.js';
import { readObject } from '../../../../src/kube/read-object.js';
import { decodeEntryJson } from '../../../../src/wire/entry-codec.js';
import { splitEntries } from '../../../../src/wire/wire-format.js';

/** What the entry rules and snapshot rules say of one upload, rule by rule; of several entries the worst is told. */
export function judgeUpload(call: ExampleCall, compat: Compat = 'v7'): ReadonlyMap<string, Judgement> {
  const context: JudgeContext = { compat, clusterRegistered: true };
  const rules = catalogue().filter((rule) => levelOf(rule, compat) !== null);
  const judgements = new Map<string, Judgement>();
  const entries: Entry[] = [];
  splitEntries(requestBytes(call, compat), (raw) => {
    const { facts, failure, json } = decodeEntryJson(raw);
    const readings = failure === null ? readObject(raw.type, json) : [];
    const decoded = { facts, failure, readings, surplus: entrySurplus(json) };
    entries.push({ index: raw.index, type: raw.type, decoded });
    for (const rule of rules) {
      if (rule.scope === 'entry') keepWorst(judgements, rule, rule.judge({ type: raw.type, decoded, json }, context));
    }
  });
  const snapshot: Snapshot = { clusterId: 'demo', version: 1n, errorMsg: '', registered: true, entries };
  for (const rule of rules) {
    if (rule.scope === 'snapshot') keepWorst(judgements, rule, rule.judge(snapshot, context, null));
  }
  return judgements;
}

export function failedRules(judgements: ReadonlyMap<string, Judgement>): string[] {
  return [...judgements].filter(([, { status }]) => status === 'failed').map(([id]) => id);
}

function requestBytes(call: ExampleCall, compat: Compat): Uint8Array {
  const record = exampleRecords({ calls: [call] }, compat).at(-1);
  return record?.kind === 'call' ? record.request : new Uint8Array(0);
}

const severity = { failed: 2, passed: 1, 'not-judged': 0 };

function keepWorst(judgements: Map<string, Judgement>, rule: Rule, judgement: Judgement): void {
  const known = judgements.get(rule.id);
  if (known === undefined || severity[judgement.status] > severity[known.status]) judgements.set(rule.id, judgement);
}

export interface TestCall extends Partial<Omit<TrafficCall, 'sync'>> {
  readonly sync?: Partial<SyncCall>;
}

/** Traffic by hand: calls one second apart, seq from 1, each a stored upload of the same cluster unless told otherwise, or a call of `agent`. */
export function trafficOf(calls: readonly TestCall[], more: Partial<Traffic> = {}): Traffic {
  const made = calls.map((call, index): TrafficCall => {
    const { sync, ...rest } = call;
    return {
      seq: index + 1,
      time: index * 1000,
      duration: 10,
      peer: '10.0.0.9:40000',
      path: '/agent.Synchronizer/KubernetesAPISync',
      outcome: 'unary',
      status: 0,
      size: 100,
      bytesDigest: `digest ${index}`,
      ...(rest.agent === undefined ? { sync: { ...defaultSync, ...sync } } : {}),
      ...rest,
    };
  });
  const last = made.at(-1);
  return {
    compat: 'v7',
    calls: made,
    openPushes: [],
    dropped: 0,
    restarts: [],
    faults: [],
    until: last === undefined ? 0 : last.time + last.duration,
    maxMessage: 104_857_600,
    ...more,
  };
}

const defaultSync: SyncCall = {
  clusterId: 'demo',
  version: 7n,
  errorMsg: '',
  agentId: 1,
  sourceIp: '10.0.0.9',
  teamId: '',
  entryCount: 3,
  problems: [],
  answerVersion: 7n,
  effect: 'stored',
  contentDigest: 'content',
};

/** A request without entries that the server took. */
export const unchanged: Partial<SyncCall> = { entryCount: 0, contentDigest: '', effect: 'refreshed' };

export function judgeTraffic(id: string, traffic: Traffic, more: Partial<JudgeContext> = {}): Judgement {
  const rule = catalogue().find((each) => each.id === id);
  if (rule?.scope !== 'traffic') throw new Error(`${id} is no rule on traffic`);
  return rule.judge(traffic, { compat: traffic.compat, clusterRegistered: true, ...more });
}
