import type { Rule } from '../../conformance/rule.js';
import { type Profile, profiles } from '../../conformance/run/scenario.js';
import { scenarios } from '../../conformance/scenarios/index.js';
import type { Verdict } from '../../conformance/verdict.js';
import type { Compat } from '../../kube/compat.js';
import type { ExitCode } from '../exit-code.js';
import { oneOf } from '../options.js';
import { PlumblineError } from '../plumbline-error.js';
import { selectedRules } from '../selected-rules.js';
import type { Terminal } from '../terminal.js';
import { giveVerdict, verdictOutput } from '../verdict-output.js';

export interface CheckOptions {
  readonly attach?: number;
  readonly fromJournal?: string;
  readonly compat: Compat;
  readonly kube: string;
  readonly kubeImage?: string;
  readonly listen: string;
  readonly admin: string;
  readonly cluster: string;
  readonly clusterRegistered: boolean;
  readonly strictPackages?: boolean;
  readonly interval: number;
  readonly profile: string;
  readonly scenario: readonly string[];
  readonly rule: readonly string[];
  readonly groupConfig?: string;
  readonly faults?: string;
  readonly kubeFaults?: string;
  readonly jobs: number;
  readonly seed: number;
  readonly journal?: string;
  readonly baseline?: string;
  readonly report: readonly string[];
  readonly format: string;
  readonly stable?: boolean;
  readonly timeout: number;
  readonly portFile?: string;
}

/** Beside the profiles of scenarios: none is played. */
export const passive = 'passive';

/**
 * Judges an agent: one that it starts, one that attaches, or one whose calls lie in a journal.
 *
 * @throws PlumblineError
 */
export async function check(terminal: Terminal, command: readonly string[], options: CheckOptions): Promise<ExitCode> {
  const rules = selectedRules(options.rule);
  const profile = oneOf('--profile', options.profile, [...profiles, passive]);
  const output = verdictOutput(
    terminal,
    options,
    scenarios.map(({ name }) => name),
  );
  const ways = [command.length > 0, options.attach !== undefined, options.fromJournal !== undefined];
  if (ways.filter(Boolean).length !== 1) {
    throw PlumblineError.badInput(
      'check needs exactly one of: an agent to start (-- COMMAND), --attach S, or --from-journal DIR.',
      'As in: plumbline check -- ./my-agent',
    );
  }
  refuseUnused(options, profile);
  const verdict = await judge(terminal, command, { ...options, profile }, rules);
  return giveVerdict(terminal, verdict, output);
}

/** Options that would do nothing in the way that was asked for. */
function refuseUnused(options: CheckOptions, profile: string): void {
  const { attach, fromJournal, faults, kubeFaults, scenario, kube, kubeImage, groupConfig, journal } = options;
  const isAgain = fromJournal !== undefined;
  const isLive = !isAgain && (profile === passive || attach !== undefined);
  const unused: readonly (readonly [is: boolean, message: string, hint: string])[] = [
    [
      faults !== undefined && !isLive,
      '--faults is for runs that play no scenario, which makes its own.',
      'Give --attach S or --profile passive with it.',
    ],
    [
      kubeFaults !== undefined && attach === undefined,
      '--kube-faults is for the Kubernetes API that --attach starts.',
      'Give --attach S.',
    ],
    [
      scenario.length > 0 && (isLive || isAgain),
      '--scenario names what is played, and nothing is played here.',
      'Leave it out, or give a COMMAND and a profile of scenarios.',
    ],
    [
      kube !== 'embedded' && (attach !== undefined || isAgain),
      '--kube chooses the Kubernetes of an agent that check starts.',
      attach === undefined
        ? 'Leave it out.'
        : 'Leave it out: --attach starts a Kubernetes API, and prints its kubeconfig.',
    ],
    [kubeImage !== undefined && kube !== 'kind', '--kube-image is the image of --kube kind.', 'Give --kube kind.'],
    [isAgain && groupConfig !== undefined, '--group-config: a journal has its own.', 'Leave it out.'],
    [isAgain && journal !== undefined, '--journal: what is judged again is not written again.', 'Leave it out.'],
  ];
  for (const [is, message, hint] of unused) if (is) throw PlumblineError.badInput(message, hint);
}

/** By what was asked for; each way is loaded where it is gone, so that bad usage is told at once. */
async function judge(
  terminal: Terminal,
  command: readonly string[],
  options: CheckOptions & { readonly profile: Profile | typeof passive },
  rules: readonly Rule[],
): Promise<Verdict> {
  const { profile, attach, fromJournal } = options;
  if (fromJournal !== undefined) {
    const { judgeAgain } = await import('../check/judge-again.js');
    return judgeAgain(terminal, fromJournal, rules);
  }
  if (profile === passive || attach !== undefined) {
    const { judgeLive } = await import('../check/judge-live.js');
    return judgeLive(terminal, command, options, rules);
  }
  const { judgePlayed } = await import('../check/judge-played.js');
  return judgePlayed(terminal, command, { ...options, profile }, rules);
}
