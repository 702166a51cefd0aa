import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { type JudgedServer, startJudgedServer } from '../../conformance/judged-server.js';
import { judgeJournal } from '../../conformance/offline.js';
import type { Rule } from '../../conformance/rule.js';
import { createThreadedAnalyst } from '../../conformance/threaded-analyst.js';
import { JournalError } from '../../journal/journal-error.js';
import type { Compat } from '../../kube/compat.js';
import { type AgentExit, startAgent } from '../agent-process.js';
import { causeText } from '../cause-text.js';
import type { ExitCode } from '../exit-code.js';
import { createObservation } from '../observation.js';
import { hostAndPort } from '../options.js';
import { PlumblineError } from '../plumbline-error.js';
import { selectedRules } from '../selected-rules.js';
import { silenceGrpcLog, startFault, writePortFile } from '../server-options.js';
import type { Terminal } from '../terminal.js';
import { giveVerdict, verdictOutput } from '../verdict-output.js';

export interface CheckOptions {
  readonly attach?: number;
  readonly fromJournal?: string;
  readonly compat: Compat;
  readonly kube?: string;
  readonly listen: string;
  readonly admin: string;
  readonly cluster: string;
  readonly clusterRegistered: boolean;
  readonly strictPackages?: boolean;
  readonly interval: number;
  readonly rule: readonly string[];
  readonly journal?: string;
  readonly report: readonly string[];
  readonly format: string;
  readonly stable?: boolean;
  readonly timeout: number;
  readonly portFile?: string;
}

const drainMs = 1_000;
const stopGraceMs = 5_000;

/**
 * Judges an agent: one that it starts, one that attaches, or one whose calls lie in a journal.
 *
 * @throws PlumblineError
 */
export async function check(terminal: Terminal, command: readonly string[], options: CheckOptions): Promise<ExitCode> {
  const output = verdictOutput(options);
  const rules = selectedRules(options.rule);
  const ways = [command.length > 0, options.attach !== undefined, options.fromJournal !== undefined];
  if (ways.filter(Boolean).length !== 1) {
    throw PlumblineError.badInput(
      'check needs exactly one of: an agent to start (-- COMMAND), --attach S, or --from-journal DIR.',
      'As in: plumbline check -- ./my-agent',
    );
  }
  const verdict =
    options.fromJournal === undefined
      ? await judgeLive(terminal, command, options, rules)
      : await judgeAgain(terminal, options.fromJournal, rules);
  return giveVerdict(terminal, verdict, output);
}

async function judgeAgain(terminal: Terminal, path: string, rules: readonly Rule[]) {
  try {
    return await judgeJournal(path, {
      rules,
      createAnalyst: (context) => createThreadedAnalyst({ context, rules }),
      onDamage: (damage) => terminal.err(`${terminal.errStyle.warn('journal:')} ${damage.message}\n`),
    });
  } catch (thrown) {
    if (thrown instanceof JournalError) throw PlumblineError.badInput(thrown.message, undefined, thrown);
    throw thrown;
  }
}

async function judgeLive(
  terminal: Terminal,
  command: readonly string[],
  options: CheckOptions,
  rules: readonly Rule[],
) {
  const listen = hostAndPort('--listen', options.listen);
  const admin = hostAndPort('--admin', options.admin);
  const kubeconfig = findKubeconfig(terminal, options.kube);
  silenceGrpcLog();
  const interruption = terminal.interruption();
  const judged = await startJudgedServer({
    listen,
    admin,
    compat: options.compat,
    clusters: options.clusterRegistered ? [options.cluster] : [],
    strictPackages: options.strictPackages === true,
    rules,
    configuredClusterId: options.cluster,
    clusterRegistered: options.clusterRegistered,
    ...(options.journal === undefined ? {} : { journal: { directory: options.journal, fsync: false } }),
    onProblem: (message, cause) => terminal.err(`plumbline: ${message}: ${causeText(cause)}\n`),
  }).catch((thrown: unknown) => {
    throw startFault(thrown);
  });
  let observedUntil: number;
  try {
    const { grpc, admin: adminAddress } = judged.server;
    await writePortFile(options.portFile, { grpc, admin: adminAddress });
    const interrupted = interruption.signal.then((): 'interrupted' => 'interrupted');
    if (options.attach !== undefined) {
      terminal.err(
        `plumbline: judging what comes in ${options.attach} s. gRPC ${grpc}, live page http://${adminAddress ?? ''}, cluster id ${options.cluster}\n`,
      );
      await firstOf(options.attach * 1000, [interrupted]);
      observedUntil = Date.now();
    } else {
      const env = { ...agentEnvironment(terminal, judged, options), ...kubeconfig };
      observedUntil = await watchAgent(terminal, judged, { command, env, options, interrupted });
    }
  } catch (thrown) {
    await judged.close({ graceMs: 0 });
    throw thrown;
  } finally {
    interruption.dispose();
  }
  return judged.close({ graceMs: drainMs, observedUntil });
}

interface Watch {
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly options: CheckOptions;
  readonly interrupted: Promise<'interrupted'>;
}

/** @returns until when the agent was meant to report: Unix time, ms */
async function watchAgent(terminal: Terminal, { server }: JudgedServer, watch: Watch): Promise<number> {
  const { command, env, options, interrupted } = watch;
  const observation = createObservation(Math.max(10 * options.interval, 5) * 1000);
  const stopObserving = server.onRecord(observation.observe);
  const agent = await startAgent(command, { env, cwd: terminal.cwd });
  try {
    const ended = await firstOf<AgentExit | 'enough' | 'interrupted'>(options.timeout * 1000, [
      observation.enough.then((): 'enough' => 'enough'),
      agent.exited,
      interrupted,
    ]);
    if (ended === 'timeout') {
      terminal.err(`plumbline: ${options.timeout} s are over (--timeout); judging what came until now.\n`);
    } else if (typeof ended !== 'string') {
      terminal.err(exitText(command, ended));
    }
    return Date.now();
  } finally {
    stopObserving();
    observation.dispose();
    const exit = await agent.stop(stopGraceMs);
    if (exit.killed) {
      terminal.err(
        `plumbline: the agent did not end within ${stopGraceMs} ms of SIGTERM and was killed with all that it had started.\n`,
      );
    }
  }
}

function exitText(command: readonly string[], { code, signal, output, outputDropped }: AgentExit): string {
  const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
  const head = `plumbline: the agent (${command.join(' ')}) ended by itself, ${how}; it should run until SIGTERM.`;
  if (output === '') return `${head} It wrote nothing.\n`;
  const cut = outputDropped > 0 ? ` (the end of it; ${outputDropped} bytes before were not kept)` : '';
  return `${head} It wrote${cut}:\n${output.replaceAll(/^/gm, '  | ').trimEnd()}\n`;
}

/** The first promise to settle, or 'timeout'. */
async function firstOf<T>(timeoutMs: number, promises: readonly Promise<T>[]): Promise<T | 'timeout'> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<'timeout'>((accept) => {
    timer = setTimeout(() => accept('timeout'), timeoutMs);
  });
  try {
    return await Promise.race([...promises, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

function agentEnvironment(terminal: Terminal, { server }: JudgedServer, options: CheckOptions): NodeJS.ProcessEnv {
  return {
    ...terminal.env,
    PLUMBLINE_SERVER: server.grpc,
    PLUMBLINE_CLUSTER_ID: options.cluster,
    PLUMBLINE_SYNC_INTERVAL: String(options.interval),
  };
}

/** @throws PlumblineError (bad input) where --kube names no readable file */
function findKubeconfig(terminal: Terminal, kube: string | undefined): { KUBECONFIG?: string } {
  if (kube !== undefined) {
    const path = resolve(terminal.cwd, kube);
    try {
      accessSync(path, constants.R_OK);
    } catch (cause) {
      throw PlumblineError.badInput(
        `--kube: ${path} cannot be read: ${causeText(cause)}.`,
        'Give the path of a kubeconfig.',
        cause,
      );
    }
    return { KUBECONFIG: path };
  }
  if (terminal.env.KUBECONFIG !== undefined) return {};
  const home = join(homedir(), '.kube', 'config');
  return existsSync(home) ? { KUBECONFIG: home } : {};
}
