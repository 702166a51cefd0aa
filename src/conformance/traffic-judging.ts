import type { JudgeContext, Judgement, TrafficRule } from './rule.js';
import { createTallyCollector, maxFindings, type RuleTally, type TallyCollector, toFinding } from './tally.js';
import type { Traffic, TrafficCall, TrafficFault } from './traffic.js';

/**
 * Judges rules over all calls of a run whose number is not known in advance. The last `keep` to 2 x `keep` calls are held.
 * Before the older half is let go the rules are judged, and what they find in that half stays; so each finding is made
 * with at least `keep` calls behind it.
 */
export interface TrafficJudging {
  add(call: TrafficCall): void;
  /** The server restarted; the next call is the first after it. */
  restarted(): void;
  /** The server as a whole was made to misbehave. */
  addFault(fault: TrafficFault): void;
  /** One tally for each rule, in their order. `until`: Unix time, ms, of the end of observation. */
  tallies(until: number): readonly RuleTally[];
}

export interface TrafficJudgingOptions {
  readonly rules: readonly TrafficRule[];
  readonly context: JudgeContext;
  /** Bytes; read when rules are judged, as the server tells it with its start. */
  readonly maxMessage: () => number;
  readonly keep: number;
  /** Told when a rule throws; that rule then counts as not judged. */
  readonly onFault: (ruleId: string, thrown: unknown) => void;
}

export function createTrafficJudging(options: TrafficJudgingOptions): TrafficJudging {
  const { rules, context, maxMessage, keep, onFault } = options;
  const judged = rules.map((rule) => ({ rule, before: createTallyCollector(rule.id) }));
  let calls: TrafficCall[] = [];
  let restarts: number[] = [];
  let faults: TrafficFault[] = [];
  let restartPending = false;
  let dropped = 0;

  const traffic = (until: number): Traffic => ({
    compat: context.compat,
    calls: inOrder(calls),
    dropped,
    restarts,
    faults,
    until,
    maxMessage: maxMessage(),
  });

  const judge = (rule: TrafficRule, evidence: Traffic): Judgement => {
    if (evidence.calls.length === 0) return { status: 'not-judged', reason: 'no call came' };
    try {
      return rule.judge(evidence, context);
    } catch (thrown) {
      onFault(rule.id, thrown);
      return { status: 'not-judged', reason: 'the rule itself broke' };
    }
  };

  const letGo = (): void => {
    const last = calls.at(-1);
    if (last === undefined) return;
    const evidence = traffic(last.time + last.duration);
    const going = new Set(evidence.calls.slice(0, keep).map((call) => call.seq));
    for (const { rule, before } of judged) addFindingsOf(going, judge(rule, evidence), before);
    calls = evidence.calls.slice(keep);
    dropped += keep;
    const oldest = calls[0]?.seq ?? 0;
    restarts = restarts.filter((seq) => seq > oldest);
  };

  return {
    add(call) {
      calls.push(call);
      if (restartPending) restarts.push(call.seq);
      restartPending = false;
      if (calls.length >= 2 * keep) letGo();
    },
    restarted() {
      restartPending = true;
    },
    addFault(fault) {
      faults.push(fault);
      if (faults.length >= 2 * keep) faults = faults.slice(keep);
    },
    tallies(until) {
      const evidence = traffic(until);
      const lastSeq = evidence.calls.at(-1)?.seq ?? 0;
      return judged.map(({ rule, before }) => {
        const whole = createTallyCollector(rule.id);
        whole.addTally(before.tally());
        whole.add(judge(rule, evidence), lastSeq);
        return whole.tally();
      });
    },
  };
}

/** A rule that passes so far has not passed: its verdict is given at the end. */
function addFindingsOf(calls: ReadonlySet<number>, judgement: Judgement, to: TallyCollector): void {
  if (judgement.status !== 'failed') return;
  const theirs = judgement.findings.filter((draft) => draft.request !== undefined && calls.has(draft.request));
  const findings = theirs.slice(0, maxFindings).map((draft) => toFinding(draft, 0));
  if (theirs.length > 0) to.addFailed(findings, theirs.length - findings.length);
}

function inOrder(calls: readonly TrafficCall[]): readonly TrafficCall[] {
  const inOrderAlready = calls.every((call, at) => at === 0 || call.seq > (calls[at - 1]?.seq ?? 0));
  return inOrderAlready ? calls : calls.toSorted((one, other) => one.seq - other.seq);
}
