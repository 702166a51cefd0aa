import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { type JudgedServer, startJudgedServer } from '../../conformance/judged-server.js';
import type { Rule } from '../../conformance/rule.js';
import { type AgentExit, startAgent } from '../../conformance/run/agent-process.js';
import { configuredResources } from '../../conformance/run/configured-resources.js';
import { interruptedVerdict } from '../../conformance/verdict-ending.js';
import { startFaultSchedule } from '../../server/faults/fault-schedule.js';
import { parseGroupConfig } from '../../server/model/group-config.js';
import { causeText } from '../cause-text.js';
import type { CheckOptions } from '../commands/check.js';
import { readKubeFaults, readServerFaults } from '../faults-file.js';
import { readGroupConfigFile } from '../group-config-file.js';
import { createObservation } from '../observation.js';
import { hostAndPort } from '../options.js';
import { PlumblineError } from '../plumbline-error.js';
import { silenceGrpcLog, startFault, writePortFile } from '../server-options.js';
import type { Terminal } from '../terminal.js';
import { agentEndText } from './agent-end-text.js';
import { agentStartFault } from './agent-start-fault.js';
import { withKubernetes } from './with-kubernetes.js';

const drainMs = 1_000;
const stopGraceMs = 5_000;

/**
 * Judges what an agent sends of its own accord: no scenario is played.
 *
 * @throws PlumblineError
 */
export async function judgeLive(
  terminal: Terminal,
  command: readonly string[],
  options: CheckOptions,
  rules: readonly Rule[],
) {
  const listen = hostAndPort('--listen', options.listen);
  const admin = hostAndPort('--admin', options.admin);
  const kubeconfig = findKubeconfig(terminal, options.kube);
  const groupConfig =
    options.groupConfig === undefined ? undefined : readGroupConfigFile(terminal, options.groupConfig).yaml;
  const serverFaults = options.faults === undefined ? [] : await readServerFaults(options.faults);
  const kubeFaults = options.kubeFaults === undefined ? [] : await readKubeFaults(options.kubeFaults);
  const onFault = ({ id, text }: { readonly id: string; readonly text: string }): void =>
    terminal.err(`fault ${id}: ${text}\n`);
  const onProblem = (message: string, cause: unknown): void =>
    terminal.err(`plumbline: ${message}: ${causeText(cause)}\n`);
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
    untilStop: true,
    ...(groupConfig === undefined
      ? {}
      : { groupConfig, resources: configuredResources(parseGroupConfig(groupConfig)) }),
    ...(options.journal === undefined ? {} : { journal: { directory: options.journal, fsync: false } }),
    seed: options.seed,
    onProblem,
  }).catch((thrown: unknown) => {
    throw startFault(thrown);
  });
  judged.server.faults.onFault(onFault);
  const endFaults = startFaultSchedule(serverFaults, judged.server.faults, onProblem);
  let observed: Observed;
  try {
    const { grpc, admin: adminAddress } = judged.server;
    await writePortFile(options.portFile, { grpc, admin: adminAddress });
    const interrupted = interruption.signal.then((): 'interrupted' => 'interrupted');
    if (options.attach !== undefined) {
      observed = await withKubernetes({ seed: options.seed, faults: kubeFaults, onFault }, async (kubeconfigPath) => {
        terminal.err(
          `plumbline: judging what comes in ${options.attach} s. gRPC ${grpc}, live page http://${adminAddress ?? ''}, cluster id ${options.cluster}, kubeconfig ${kubeconfigPath}\n`,
        );
        const ended = await firstOf((options.attach ?? 0) * 1000, [interrupted]);
        return { until: Date.now(), isWhole: ended === 'timeout' };
      });
    } else {
      const env = { ...agentEnvironment(terminal, judged, options), ...kubeconfig };
      observed = await watchAgent(terminal, judged, { command, env, options, interrupted });
    }
  } catch (thrown) {
    await judged.close({ graceMs: 0 });
    throw thrown;
  } finally {
    endFaults();
    interruption.dispose();
  }
  if (observed.isWhole) return judged.close({ graceMs: drainMs, observedUntil: observed.until });
  const interrupted = `${await interruption.signal} came while the agent was watched`;
  const verdict = await judged.close({ graceMs: drainMs, observedUntil: observed.until, interrupted });
  return interruptedVerdict(verdict, interrupted);
}

/** How long an agent was watched. */
interface Observed {
  /** Until when it was meant to report: Unix time, ms. */
  readonly until: number;
  /** As long as was meant to be. */
  readonly isWhole: boolean;
}

interface Watch {
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly options: CheckOptions;
  readonly interrupted: Promise<'interrupted'>;
}

async function watchAgent(terminal: Terminal, { server }: JudgedServer, watch: Watch): Promise<Observed> {
  const { command, env, options, interrupted } = watch;
  const observation = createObservation(Math.max(10 * options.interval, 5) * 1000);
  const stopObserving = server.onRecord(observation.observe);
  const agent = await startAgent(command, { env, cwd: terminal.cwd }).catch(agentStartFault);
  try {
    const ended = await firstOf<AgentExit | 'enough' | 'interrupted'>(options.timeout * 1000, [
      observation.enough.then((): 'enough' => 'enough'),
      agent.exited,
      interrupted,
    ]);
    if (ended === 'timeout') {
      terminal.err(`plumbline: ${options.timeout} s are over (--timeout); judging what came until now.\n`);
    } else if (typeof ended !== 'string') {
      terminal.err(agentEndText(command, ended));
    }
    return { until: Date.now(), isWhole: ended !== 'interrupted' };
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
    ...(options.groupConfig === undefined
      ? {}
      : { PLUMBLINE_GROUP_CONFIG: resolve(terminal.cwd, options.groupConfig) }),
  };
}

/** @throws PlumblineError (bad input) where --kube names no readable file */
function findKubeconfig(terminal: Terminal, kube: string): { KUBECONFIG?: string } {
  if (kube === 'envtest' || kube === 'kind') {
    throw PlumblineError.badInput(
      `--kube ${kube} is for scenarios; none is played here.`,
      'Give another --profile than passive, or the path of a kubeconfig.',
    );
  }
  if (kube !== 'embedded') {
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
