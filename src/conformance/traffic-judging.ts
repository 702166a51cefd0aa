import { setImmediate as nextTurn } from 'node:timers/promises';
import type { JudgeContext, Judgement, TrafficRule } from './rule.js';
import { createTallyCollector, maxFindings, type RuleTally, type TallyCollector, toFinding } from './tally.js';
import type { OpenPush, Traffic, TrafficCall, TrafficFault } from './traffic.js';

/**
 * Judges rules over all calls of a run whose number is not known in advance. The last `keep` to 2 x `keep` calls are held.
 * When the older half is let go the rules are judged, and what they find in that half stays; so each finding is made
 * with at least `keep` calls behind it. Whoever adds calls does not wait for that: rules are judged in turns of the event
 * loop, a few ms at a time as far as each of them allows it.
 */
export interface TrafficJudging {
  add(call: TrafficCall): void;
  /** The server restarted; the next call is the first after it. */
  restarted(): void;
  /** The server as a whole was made to misbehave. */
  addFault(fault: TrafficFault): void;
  /** One tally for each rule, in their order, of what came so far. `until`: Unix time, ms, of the end of observation. */
  tallies(until: number): Promise<readonly RuleTally[]>;
}

export interface TrafficJudgingOptions {
  readonly rules: readonly TrafficRule[];
  readonly context: JudgeContext;
  /** Bytes; read when rules are judged, as the server tells it with its start. */
  readonly maxMessage: () => number;
  /** Read when rules are judged: what an agent was told counts from when it was told. */
  readonly openPushes: () => readonly OpenPush[];
  readonly keep: number;
  /** Told when a rule throws; that rule then counts as not judged. */
  readonly onFault: (ruleId: string, thrown: unknown) => void;
}

/** Work between two turns of the event loop, ms; one rule may take longer. */
const sliceMs = 5;

/** Calls that have been let go, and are still to be judged. */
interface Leaving {
  readonly evidence: Traffic;
  readonly going: ReadonlySet<number>;
  /** Index of the next rule. */
  next: number;
}

export function createTrafficJudging(options: TrafficJudgingOptions): TrafficJudging {
  const { rules, context, maxMessage, openPushes, keep, onFault } = options;
  const judged = rules.map((rule) => ({ rule, before: createTallyCollector(rule.id) }));
  let calls: TrafficCall[] = [];
  let restarts: number[] = [];
  let faults: TrafficFault[] = [];
  let restartPending = false;
  let dropped = 0;
  let leaving: Leaving | null = null;

  const traffic = (until: number): Traffic => ({
    compat: context.compat,
    calls: inOrder(calls),
    openPushes: openPushes(),
    dropped,
    restarts: [...restarts],
    faults: [...faults],
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

  /** What left before is judged by then, so that no more than this waits. */
  const letGo = (): void => {
    const last = calls.at(-1);
    if (last === undefined) return;
    while (leaving !== null) judgeOne(leaving);
    const evidence = traffic(last.time + last.duration);
    const going = new Set(evidence.calls.slice(0, keep).map((call) => call.seq));
    leaving = { evidence, going, next: 0 };
    setImmediate(judgeSome);
    calls = evidence.calls.slice(keep);
    dropped += keep;
    const oldest = calls[0]?.seq ?? 0;
    restarts = restarts.filter((seq) => seq > oldest);
  };

  const judgeOne = (of: Leaving): void => {
    const one = judged[of.next];
    of.next += 1;
    if (one === undefined) leaving = null;
    else addFindingsOf(of.going, judge(one.rule, of.evidence), one.before);
  };

  const judgeSome = (): void => {
    const until = performance.now() + sliceMs;
    while (leaving !== null && performance.now() < until) judgeOne(leaving);
    if (leaving !== null) setImmediate(judgeSome);
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
    async tallies(until) {
      while (leaving !== null) await nextTurn();
      // What comes while the rules are judged is not part of it, neither as a call nor as a finding of calls let go.
      const evidence = traffic(until);
      const wholes = judged.map(({ rule, before }) => ({ rule, whole: wholeOf(rule.id, before) }));
      const lastSeq = evidence.calls.at(-1)?.seq ?? 0;
      let sliceEnd = performance.now() + sliceMs;
      for (const { rule, whole } of wholes) {
        if (performance.now() >= sliceEnd) {
          await nextTurn();
          sliceEnd = performance.now() + sliceMs;
        }
        whole.add(judge(rule, evidence), lastSeq);
      }
      return wholes.map(({ whole }) => whole.tally());
    },
  };
}

function wholeOf(ruleId: string, before: TallyCollector): TallyCollector {
  const whole = createTallyCollector(ruleId);
  whole.addTally(before.tally());
  return whole;
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
  return inOrderAlready ? [...calls] : calls.toSorted((one, other) => one.seq - other.seq);
}
