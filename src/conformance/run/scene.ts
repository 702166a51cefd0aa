import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConfiguredResource } from '../../journal/record.js';
import { systemClock } from '../../server/clock.js';
import { parseGroupConfig } from '../../server/model/group-config.js';
import { type JudgedServer, startJudgedServer } from '../judged-server.js';
import type { KubeTarget } from '../kube-target.js';
import type { JudgeContext } from '../rule.js';
import { baseCluster } from '../scenarios/common/base-cluster.js';
import type { Verdict } from '../verdict.js';
import { configuredResources } from './configured-resources.js';
import { hintedAllowanceMs, type PlayOptions } from './play-options.js';
import type { Scenario } from './scenario.js';

/** What a scenario is played in: its own Kubernetes and its own server. */
export interface Scene {
  readonly scenario: Scenario;
  readonly options: PlayOptions;
  /** A temporary directory, gone with the scene. */
  readonly directory: string;
  readonly target: KubeTarget;
  readonly judged: JudgedServer;
  /** Group configuration, YAML. */
  readonly groupConfig: string | undefined;
}

const drainMs = 500;

/**
 * Plays in a new scene, all of which is gone when it resolves.
 *
 * @param onVerdict given the verdict on all calls, also where `play` throws
 */
export async function withScene(
  scenario: Scenario,
  options: PlayOptions,
  play: (scene: Scene) => Promise<void>,
  onVerdict: (verdict: Verdict) => void,
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'plumbline-scenario-'));
  try {
    const groupConfig = scenario.setting?.groupConfig ?? options.groupConfig;
    const resources = groupConfig === undefined ? undefined : configuredResources(parseGroupConfig(groupConfig));
    const target = await openTargetOf(scenario, options, directory);
    try {
      await withServer({ scenario, options, directory, target, groupConfig, resources }, play, onVerdict);
    } finally {
      await target.close();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function openTargetOf({ setting = {} }: Scenario, options: PlayOptions, directory: string): Promise<KubeTarget> {
  const kubeDirectory = join(directory, 'kubernetes');
  await mkdir(kubeDirectory);
  return options.openTarget({
    directory: kubeDirectory,
    clock: systemClock,
    seed: options.seed,
    objects: (setting.objects ?? baseCluster)(options.compat),
    ...(setting.groups === undefined ? {} : { groups: setting.groups }),
    ...(setting.resourceVersions === undefined ? {} : { resourceVersions: setting.resourceVersions }),
  });
}

interface SceneParts extends Omit<Scene, 'judged'> {
  readonly resources: readonly ConfiguredResource[] | undefined;
}

async function withServer(
  { resources, ...parts }: SceneParts,
  play: (scene: Scene) => Promise<void>,
  onVerdict: (verdict: Verdict) => void,
): Promise<void> {
  const { scenario, options, target, groupConfig } = parts;
  const { compat, rules, clusterId, clusterRegistered, interval } = options;
  const judging = {
    configuredClusterId: clusterId,
    clusterRegistered,
    allowanceMs: hintedAllowanceMs(interval),
    ...(resources === undefined ? {} : { resources }),
    ...(target.scope.kind === 'cluster' ? {} : { namespace: target.scope.namespace }),
  };
  const context: JudgeContext = { compat, ...judging };
  const analyst = await options.analysts.take(context);
  const judged = await startJudgedServer({
    ...judging,
    scenario: scenario.name,
    excused: excusedIn(scenario, options),
    listen: { host: '127.0.0.1', port: 0 },
    compat,
    clusters: clusterRegistered ? [clusterId] : [],
    strictPackages: options.strictPackages,
    rules,
    analyst,
    seed: options.seed,
    ...(groupConfig === undefined ? {} : { groupConfig }),
    ...(options.journal === undefined
      ? {}
      : { journal: { directory: join(options.journal, scenario.name), fsync: false } }),
  });
  let observedUntil = 0;
  try {
    await play({ ...parts, judged });
  } finally {
    observedUntil = judged.server.clock.now();
    const verdict = await judged.close({ graceMs: drainMs, observedUntil });
    options.analysts.giveBack(context, analyst);
    onVerdict(verdict);
  }
}

/**
 * Where the server answers both packages, a client that tries the one of newer servers first is right to stay with it; which one it
 * knows is seen where only one is answered.
 */
function excusedIn({ judges, excused = [] }: Scenario, { strictPackages }: PlayOptions): readonly string[] {
  const packages = 'transport/known-method';
  return strictPackages || judges.includes(packages) ? excused : [...excused, packages];
}
