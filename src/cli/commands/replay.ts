import type { ClusterResources } from '../../platform/cluster-resources.js';
import { ExitCode } from '../exit-code.js';
import type { FlowWriter } from '../flows/flow-writer.js';
import { oneOf } from '../options.js';
import { PlumblineError } from '../plumbline-error.js';
import { type InterfaceNames, interfaceNames } from '../replay/interface-names.js';
import { loadFlowCore } from '../replay/load-core.js';
import type { ReplayInput } from '../replay/replay-input.js';
import { giveReplay, replayOutput } from '../replay/replay-output.js';
import { type ReplayOutcome, runReplay } from '../replay/run-replay.js';
import type { ServerFacts } from '../replay/server-resources.js';
import type { Terminal } from '../terminal.js';

export interface ReplayOptions {
  readonly captures?: string;
  readonly cluster?: string;
  readonly server?: string;
  readonly serverCluster?: string;
  readonly group?: string;
  readonly expect?: string;
  readonly set: readonly string[];
  readonly flows?: string;
  readonly report: readonly string[];
  readonly format: string;
  readonly explain?: boolean;
  readonly interval?: string;
  readonly maxConversations: number;
  readonly workers?: number;
}

/** Replays captures and judges at which observation points DeepFlow would have seen their conversations. */
export async function replay(terminal: Terminal, site: string | undefined, options: ReplayOptions): Promise<ExitCode> {
  const output = replayOutput(options);
  const interval = options.interval === undefined ? 'total' : oneOf('--interval', options.interval, ['1s', '1m']);
  const core = loadFlowCore();
  const input = await findInput(terminal, site, options, interfaceNames(core));
  for (const note of input.notes) terminal.err(`${note}\n`);
  const flows = options.flows === undefined ? null : await openFlows(options.flows);
  let outcome: ReplayOutcome;
  try {
    outcome = await runReplay(input, {
      core,
      interval,
      maxConversations: options.maxConversations,
      workers: options.workers ?? null,
      withExplanations: options.explain === true,
      writeFlows: flows === null ? null : (rows) => flows.write(rows),
      err: { write: terminal.err, isTerminal: terminal.errIsTerminal },
    });
  } finally {
    await flows?.close();
  }
  await giveReplay(terminal, outcome, output, options.explain === true);
  return exitCodeOf(terminal, outcome);
}

async function openFlows(path: string): Promise<FlowWriter> {
  const { openFlowWriter } = await import('../flows/open-flow-writer.js');
  return openFlowWriter(path);
}

async function findInput(
  terminal: Terminal,
  site: string | undefined,
  options: ReplayOptions,
  namesOf: InterfaceNames,
): Promise<ReplayInput> {
  const { captures, cluster } = options;
  if (site !== undefined && (captures !== undefined || cluster !== undefined)) {
    throw PlumblineError.badInput('SITE.yaml and --captures exclude each other.', 'Give one of the two.');
  }
  const write = terminal.err;
  const [{ agentOverrides }, { parseExpect }] = await Promise.all([
    import('../replay/agent-overrides.js'),
    import('../../replay/expectation.js'),
  ]);
  const overrides = agentOverrides(options.set, write);
  const { expectation, problem } =
    options.expect === undefined ? { expectation: null, problem: '' } : parseExpect(options.expect);
  if (problem !== '') throw PlumblineError.badInput(`--expect ${options.expect}: ${problem}`);
  if (site !== undefined) {
    const served = await servedFacts(options, write);
    const { siteInput } = await import('../replay/site-input.js');
    return siteInput(site, { overrides, expectation, served, warn: write, interfaceNames: namesOf });
  }
  if (captures === undefined) {
    throw PlumblineError.badInput(
      'There is nothing to replay.',
      'Give SITE.yaml, or --captures DIR with --cluster FILE (kubectl get nodes,pods -A -o json > FILE).',
    );
  }
  const served = await servedFacts(options, write);
  const resources = served?.resources ?? null;
  if (resources === null && cluster === undefined) {
    throw PlumblineError.badInput(
      `--captures ${captures} needs --cluster FILE.`,
      'Make it with: kubectl get nodes,pods -A -o json > FILE; or give --server URL.',
    );
  }
  const { readResources } = await import('../replay/read-resources.js');
  const { directoryInput } = await import('../replay/directory-input.js');
  const known = cluster === undefined ? resources : await readResources(cluster, cluster, write);
  const given = { overrides, expectation, resources: known ?? (await nothingKnown()), served };
  return directoryInput(captures, { ...given, interfaceNames: namesOf });
}

async function nothingKnown(): Promise<ClusterResources> {
  const { readClusterResources } = await import('../../platform/cluster-resources.js');
  return readClusterResources([]);
}

async function servedFacts(
  { server, serverCluster: cluster, group }: ReplayOptions,
  write: (text: string) => void,
): Promise<ServerFacts | null> {
  if (server === undefined) {
    if (group === undefined) return null;
    throw PlumblineError.badInput('--group needs --server URL.', 'Or give its settings with --set KEY=VALUE.');
  }
  const { serverFacts } = await import('../replay/server-resources.js');
  return serverFacts({ server, cluster, group }, write);
}

const exitCodes = { pass: ExitCode.Good, fail: ExitCode.Findings, 'not-judged': ExitCode.NothingJudged } as const;

/** A file that is no capture makes the input bad whatever the rest shows; its neighbours were replayed all the same. */
function exitCodeOf(terminal: Terminal, { faults, report }: ReplayOutcome): ExitCode {
  for (const { file, message } of faults) terminal.err(`${terminal.errStyle.bad('plumbline:')} ${file}: ${message}\n`);
  if (faults.some(({ kind }) => kind === 'refused')) return ExitCode.BadInput;
  return exitCodes[report.verdict];
}
