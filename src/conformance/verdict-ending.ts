import type { Verdict } from './verdict.js';

/**
 * How a run ended, in one word. Where the harness itself failed, that comes first, whatever was found: findings of a broken
 * harness may be its own doing, and a run that is to be repeated must not read as the agent's failure. They are reported
 * all the same.
 */
export type VerdictEnding = Verdict['outcome'] | 'interrupted' | 'harness-fault';

export function verdictEnding({ outcome, interrupted, faults, scenarios }: EndingFacts): VerdictEnding {
  const broke = faults.length > 0 || (scenarios ?? []).some(({ status }) => status === 'broken');
  if (broke) return 'harness-fault';
  // What failed before has failed; what passed before may fail in the rest.
  return interrupted === undefined || outcome === 'fail' ? outcome : 'interrupted';
}

/** The verdict on a run that was broken off: it never passes. @param how by what, and how far the run had come */
export function interruptedVerdict(verdict: Verdict, how: string): Verdict {
  const { outcome } = verdict;
  return { ...verdict, outcome: outcome === 'pass' ? 'nothing-judged' : outcome, interrupted: how };
}

/** What an ending is read from. */
export interface EndingFacts extends Pick<Verdict, 'outcome' | 'interrupted' | 'faults'> {
  readonly scenarios?: readonly { readonly status: 'played' | 'skipped' | 'broken' }[];
}

/** All that the harness says of its own failures: its faults, and the scenarios that broke without being among them. */
export function harnessFaults({ faults, scenarios }: HarnessFacts): readonly string[] {
  const broken = (scenarios ?? [])
    .filter(({ status }) => status === 'broken')
    .map(({ name, reason }) => ({ name, text: reason ?? 'it ended without saying why' }))
    .filter(({ text }) => !faults.some((fault) => fault.includes(text)));
  return [...faults, ...broken.map(({ name, text }) => `scenario ${name}: ${text}`)];
}

interface HarnessFacts extends Pick<Verdict, 'faults'> {
  readonly scenarios?: readonly {
    readonly name: string;
    readonly status: 'played' | 'skipped' | 'broken';
    readonly reason?: string;
  }[];
}
