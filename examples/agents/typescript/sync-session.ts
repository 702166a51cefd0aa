/**
 * With --agent-sync the agent lets the server manage it, as a deepflow-agent does. Here is the heart of that: Sync by the
 * interval of the configuration, Push held open, what an answer changes, and what to do when nobody answers.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { identify } from './identity.js';
import type { Server } from './server.js';
import { type Config, readAnswer, type Told, type Versions } from './sync-answer.js';
import { genesisSender } from './sync-genesis.js';
import { askForTime } from './sync-ntp.js';
import { checkUpgrade } from './sync-upgrade.js';

export const watchPolicies = ['normal', 'watch-only', 'watch-disabled'] as const;
/** Whether this agent may watch the Kubernetes API: if the server says so, always, never. */
export type WatchPolicy = (typeof watchPolicies)[number];

export interface SessionSettings {
  readonly clusterId: string;
  /** Between reports, seconds: what is not to be waited for long is done by it. */
  readonly intervalSeconds: number;
  readonly policy: WatchPolicy;
}

/** What the server has made of this agent. */
export interface Standing {
  /** 0: not registered; a watch-only agent never is. */
  readonly agentId: number;
  /** It is to report the cluster. */
  readonly reports: boolean;
  readonly groupConfig: string;
}

export interface Session {
  /** Null as long as the server has not answered. */
  standing(): Standing | null;
  /** Runs for ever. */
  run(): Promise<never>;
}

const mebibyte = 1024 * 1024;
const revision = 'pseudo-agent 0-0';
/** A new agent usually has its id after the second Sync. */
const syncsToWaitForId = 3;
const lookMs = 100;

export function createSession(settings: SessionSettings, server: Server, log: (message: string) => void): Session {
  const { clusterId, intervalSeconds, policy } = settings;
  const bootTime = Math.floor(Date.now() / 1000);
  const home = server.address;
  let config: Config = { syncSeconds: 60, genesisSeconds: 10, escapeSeconds: 3600, proxy: '', ntp: false };
  let standing: Standing | null = null;
  let agentType = 'TT_PROCESS';
  let configAccepted = true;
  let versions: Versions = { version_platform_data: '0', version_acls: '0', version_groups: '0' };
  let bufferSize = mebibyte;
  let syncs = 0;
  let failures = 0;
  let lastGood = Date.now();
  let checkedRevision = '';

  async function request(): Promise<object> {
    return {
      ...(await identify(home)),
      boot_time: bootTime,
      config_accepted: configAccepted,
      state: 'RUNNING',
      revision,
      process_name: 'deepflow-agent-pseudo',
      ...versions,
      kubernetes_cluster_id: clusterId,
      kubernetes_watch_policy: policies[policy],
      kubernetes_force_watch: policy === 'watch-only',
      current_grpc_buffer_size: bufferSize,
    };
  }

  /** Takes over an answer of Sync, or a message of Push. */
  function take(answer: object): Told | null {
    let told: Told;
    try {
      told = readAnswer(answer);
    } catch (error) {
      configAccepted = false;
      log(`the configuration cannot be read: ${(error as Error).message}`);
      return null;
    }
    if (told.status === 'FAILED') log('the server answers FAILED');
    if (told.status === 'HEARTBEAT' || told.config === null) return null;
    configAccepted = true;
    lastGood = Date.now();
    ({ config, agentType } = { config: told.config, agentType: told.agentType });
    if (told.agentId !== 0 && standing?.agentId !== told.agentId) log(`registered as agent ${told.agentId}`);
    const reports = isReporter(told);
    if ((standing?.reports ?? false) !== reports)
      log(reports ? 'reports this cluster' : 'another agent reports this cluster');
    standing = { agentId: told.agentId, reports, groupConfig: told.groupConfig };
    if (told.newBufferSize > bufferSize) {
      // The rest comes with the next answer.
      bufferSize = told.newBufferSize;
      server.move(server.target, bufferSize);
    } else if (told.newBufferSize === 0) {
      versions = newer(versions, told.versions);
    }
    return told;
  }

  /** A watch-only agent reports whatever the server says, and one that never watches does not. */
  function isReporter({ elected, agentId }: Told): boolean {
    if (policy !== 'normal') return policy === 'watch-only';
    return elected && (agentId !== 0 || syncs >= syncsToWaitForId);
  }

  async function syncOnce(): Promise<void> {
    const told = take(await server.call('Sync', await request()));
    syncs++;
    if (told === null) return;
    const { proxy } = config;
    if (proxy !== '' && proxy !== server.target) {
      log(`moves to ${proxy}, as the configuration says`);
      server.move(proxy, bufferSize);
    }
    if (config.ntp) await askForTime(server, await identify(home), log);
    if (told.revision !== '' && !revision.includes(told.revision) && told.revision !== checkedRevision) {
      if (await checkUpgrade(server, await identify(home), log)) checkedRevision = told.revision;
    }
  }

  function pauseSeconds(): number {
    if (failures > 0) return Math.min(60, 5 * intervalSeconds, intervalSeconds * 2 ** (failures - 1));
    const waitsForId = policy !== 'watch-only' && standing?.agentId === 0 && syncs < syncsToWaitForId;
    return waitsForId ? Math.min(intervalSeconds, config.syncSeconds) : config.syncSeconds;
  }

  /** Sleeps until `due()` is over; the interval may become another one meanwhile. */
  async function untilDue(due: () => number): Promise<void> {
    for (let left = due() - Date.now(); left > 0; left = due() - Date.now()) await sleep(Math.min(left, lookMs));
  }

  async function syncForEver(): Promise<never> {
    for (;;) {
      const started = Date.now();
      try {
        await syncOnce();
        failures = 0;
      } catch (error) {
        failures++;
        log(`Sync failed (${failures} in a row): ${(error as Error).message}`);
        // Nobody answers there: back to the address that never changes.
        if (server.target !== home) server.move(home, bufferSize);
      }
      // As a deepflow-agent: whoever started it starts it again.
      if (Date.now() - lastGood > config.escapeSeconds * 1000) {
        log(`no answer for ${config.escapeSeconds} s: ends`);
        process.exit(1);
      }
      await untilDue(() => started + pauseSeconds() * 1000);
    }
  }

  async function pushForEver(): Promise<never> {
    for (;;) {
      // The server pushes to agents that it knows.
      while (standing === null || (standing.agentId === 0 && policy !== 'watch-only')) await sleep(lookMs);
      const failed = await onePush();
      await sleep(1000 * Math.min(failed ? 60 : 10, intervalSeconds * (failed ? 20 : 5)));
    }
  }

  /** Resolves when the stream has ended. @returns whether the server did not want it */
  async function onePush(): Promise<boolean> {
    let failed = false;
    const stream = server.stream('Push', await request());
    try {
      for await (const message of stream) {
        failed = (message as { status?: string }).status === 'FAILED';
        take(message as object);
      }
    } catch (error) {
      log(`Push ended: ${(error as Error).message}`);
    }
    return failed;
  }

  async function genesisForEver(): Promise<never> {
    const genesis = genesisSender(server, bootTime);
    for (;;) {
      while (standing === null || standing.agentId === 0) await sleep(lookMs);
      let again = config.genesisSeconds;
      try {
        const identity = await identify(home);
        again = await genesis({ identity, agentId: standing.agentId, agentType, clusterId, seconds: again });
      } catch (error) {
        log(`GenesisSync failed: ${(error as Error).message}`);
      }
      await sleep(again * 1000);
    }
  }

  return {
    standing: () => standing,
    async run() {
      server.move(home, bufferSize);
      // A watch-only agent does nothing but watch.
      const loops = [syncForEver(), pushForEver(), ...(policy === 'watch-only' ? [] : [genesisForEver()])];
      return Promise.race(loops);
    },
  };
}

const policies = { normal: 'KWP_NORMAL', 'watch-only': 'KWP_WATCH_ONLY', 'watch-disabled': 'KWP_WATCH_DISABLED' };

/** Version 0 says that there is no data yet; what the agent has stays. */
function newer(own: Versions, told: Versions): Versions {
  const pick = (key: keyof Versions): string => (told[key] === '0' ? own[key] : told[key]);
  return {
    version_platform_data: pick('version_platform_data'),
    version_acls: pick('version_acls'),
    version_groups: pick('version_groups'),
  };
}
