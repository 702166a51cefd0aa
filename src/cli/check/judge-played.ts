import { resolve } from 'node:path';
import type { Rule } from '../../conformance/rule.js';
import { runScenarios } from '../../conformance/run/run-scenarios.js';
import type { Profile } from '../../conformance/run/scenario.js';
import type { ScenarioVerdict, Verdict } from '../../conformance/verdict.js';
import type { CheckOptions } from '../commands/check.js';
import { readGroupConfigFile } from '../group-config-file.js';
import { silenceGrpcLog } from '../server-options.js';
import type { Terminal } from '../terminal.js';
import { agentEndText } from './agent-end-text.js';
import { agentStartFault } from './agent-start-fault.js';
import { chosenScenarios } from './chosen-scenarios.js';
import { type OpenedKube, openKube } from './open-kube.js';

/**
 * Judges an agent by what it does in scenarios.
 *
 * @throws PlumblineError
 */
export async function judgePlayed(
  terminal: Terminal,
  command: readonly string[],
  options: CheckOptions & { readonly profile: Profile },
  rules: readonly Rule[],
): Promise<Verdict> {
  const scenarios = chosenScenarios(options, rules);
  const groupConfig =
    options.groupConfig === undefined ? undefined : readGroupConfigFile(terminal, options.groupConfig).yaml;
  silenceGrpcLog();
  const interruption = terminal.interruption();
  let kube: OpenedKube | null = null;
  try {
    kube = await openKube(terminal, options);
    return await runScenarios({
      scenarios,
      rules,
      command,
      env: { ...terminal.env },
      cwd: terminal.cwd,
      openTarget: kube.openTarget,
      kube: options.kube,
      compat: options.compat,
      clusterId: options.cluster,
      clusterRegistered: options.clusterRegistered,
      strictPackages: options.strictPackages === true,
      interval: options.interval,
      seed: options.seed,
      jobs: kube.jobs,
      timeout: options.timeout,
      profile: options.profile,
      ...(groupConfig === undefined ? {} : { groupConfig }),
      ...(options.journal === undefined ? {} : { journal: resolve(terminal.cwd, options.journal) }),
      interrupted: interruption.signal,
      onPlayed: (played, done, of) => terminal.err(progressText(played, done, of)),
      onSlowAgent: (seconds) =>
        terminal.err(
          `plumbline: the agent reports every ${seconds.toFixed(1)} s, not every ${options.interval} s as PLUMBLINE_SYNC_INTERVAL hints; it is judged by its own interval.\n`,
        ),
      onAgentEnd: (scenario, exit) =>
        terminal.err(`plumbline: in scenario ${scenario}:\n${agentEndText(command, exit)}`),
    }).catch(agentStartFault);
  } finally {
    await kube?.close();
    interruption.dispose();
  }
}

function progressText({ name, status, failed, reason, durationMs }: ScenarioVerdict, done: number, of: number): string {
  const width = String(of).length;
  const why = (reason ?? '').split('\n')[0] ?? '';
  const found = failed.length === 0 ? [] : [`failed ${failed.join(', ')}`];
  const came = [...found, ...(why === '' ? [] : [why])].join('; ');
  const what = status === 'played' ? came || 'ok' : `${status}: ${why}`;
  return `[${String(done).padStart(width)}/${of}] ${name} (${(durationMs / 1000).toFixed(1)} s): ${what}\n`;
}
