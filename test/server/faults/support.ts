import { createInThreadAnalyst } from '../../../src/conformance/in-thread-analyst.js';
import { createJudge } from '../../../src/conformance/judge.js';
import { judgeJournal } from '../../../src/conformance/offline.js';
import type { TrafficRule } from '../../../src/conformance/rule.js';
import type { Traffic } from '../../../src/conformance/traffic.js';
import type { JournalRecord } from '../../../src/journal/record.js';

/** What a judge makes of the records: the calls as rules over many calls see them. */
export async function trafficOf(records: readonly JournalRecord[]): Promise<Traffic> {
  const seen: Traffic[] = [];
  const context = { compat: 'v7', clusterRegistered: true } as const;
  const rules = [lookingOn(seen)];
  const judge = createJudge({ ...context, rules, analyst: createInThreadAnalyst({ context, rules, now: () => 0 }) });
  for (const record of records) judge.observe(record);
  await judge.verdict();
  return last(seen);
}

/** As `trafficOf`, of a journal on disk. */
export async function trafficOfJournal(directory: string): Promise<Traffic> {
  const seen: Traffic[] = [];
  await judgeJournal(directory, { rules: [lookingOn(seen)], onDamage: () => {} });
  return last(seen);
}

function last(seen: readonly Traffic[]): Traffic {
  const traffic = seen.at(-1);
  if (traffic === undefined) throw new Error('No call was judged.');
  return traffic;
}

function lookingOn(seen: Traffic[]): TrafficRule {
  return {
    id: 'test/looks-on',
    scope: 'traffic',
    level: 'info',
    demand: '',
    why: '',
    source: '',
    example: { breaks: { calls: [] }, keeps: { calls: [] } },
    judge: (traffic) => {
      seen.push(traffic);
      return { status: 'passed' };
    },
  };
}
