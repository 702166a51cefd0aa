/**
 * The protocol: what to send when. The rules, which the server enforces by silence:
 * - same version, same content: a message whose version the server holds has its entries ignored;
 * - a new version without entries is dropped, error_msg and all;
 * - what an upload lacks is deleted, unless error_msg says that the upload is not to be trusted;
 * - without an agent id real servers answer no version, and drop messages without entries.
 */
import { deflateSync } from 'node:zlib';
import { status } from '@grpc/grpc-js';
import { identify } from './identity.js';
import { isStatus, type ReportAnswer, type Server } from './server.js';
import type { Standing } from './sync-session.js';

/** One object, trimmed. */
export interface Resource {
  /** Stays the same while the object lives. */
  readonly key: string;
  /** The type string of its entry, such as `*v1.Pod`. */
  readonly type: string;
  readonly json: string;
}

/** Where the objects come from: files, or the Kubernetes API. */
export interface Source {
  /** YAML of the agent group, as the server sends it with each Sync. */
  configure?(groupConfig: string): void;
  /** All objects as they are now. With `errors`, `resources` must not be taken for the truth. */
  read(): Promise<{ readonly resources: readonly Resource[]; readonly errors: readonly string[] }>;
}

export interface ReporterSettings {
  readonly clusterId: string;
  readonly intervalSeconds: number;
  readonly agentId: 'auto' | 'none' | number;
  readonly sync: boolean;
  readonly fullEverySeconds: number;
  /** With --agent-sync: what the server has made of this agent; null as long as nobody knows. */
  readonly standing?: () => Standing | null;
}

export interface Reporter {
  /** Registers where due, then reports once. Rejects where the server could not be reached or refused. */
  cycle(): Promise<void>;
}

interface Entry {
  readonly type: string;
  readonly json: string;
  readonly compressed_info: Buffer;
}

const longestSyncMs = 60_000;
/** A new agent usually has its id after the second Sync. */
const syncsToWaitForId = 3;

export function createReporter(
  settings: ReporterSettings,
  source: Source,
  server: Server,
  log: (message: string) => void,
): Reporter {
  const bootTime = Math.floor(Date.now() / 1000);
  let agentId = typeof settings.agentId === 'number' ? settings.agentId : 0;
  let syncs = 0;
  let nextSync = 0;
  /** False: the server has chosen another agent to report this cluster. */
  let elected = true;
  const syncEveryMs = Math.min(longestSyncMs, settings.intervalSeconds * 10_000);

  /** Unix seconds at the start, then one more for each change of content. */
  let version = bootTime;
  let entries: ReadonlyMap<string, Entry> | null = null;
  let read: readonly Resource[] | null = null;
  /** The server may lack this version's entries. */
  let uploadDue = true;
  /** The last answer said which version the server holds: what it lacks it will ask for. */
  let answersVersion = false;
  let lastUpload = 0;
  let lastError = '';
  /** The last version whose entries the server took; 0 before the first. */
  let accepted = 0;
  let tooLarge: { message: string; again: number; times: number } | null = null;

  /** @returns whether this agent is to report */
  function followSession(standing: Standing | null): boolean {
    if (!standing?.reports) return false;
    agentId = standing.agentId;
    source.configure?.(standing.groupConfig);
    return true;
  }

  async function syncWhenDue(): Promise<void> {
    if (!settings.sync || Date.now() < nextSync) return;
    try {
      const identity = await identify(server.address);
      const answer = await server.sync({
        ...identity,
        boot_time: bootTime,
        state: 'RUNNING',
        revision: 'pseudo-agent 0-0',
        process_name: 'pseudo-deepflow-agent',
        kubernetes_cluster_id: settings.clusterId,
        // Watch-only agents are never given an id; normal ones are, and show up in the list of agents.
        kubernetes_watch_policy: settings.agentId === 'none' ? 'KWP_WATCH_ONLY' : 'KWP_NORMAL',
        kubernetes_force_watch: settings.agentId === 'none',
      });
      const given = answer.dynamic_config?.agent_id ?? answer.config?.vtap_id ?? 0;
      if (settings.agentId === 'auto' && given !== 0 && given !== agentId) {
        agentId = given;
        log(`registered as agent ${agentId}`);
      }
      const chosen = answer.dynamic_config?.kubernetes_api_enabled ?? answer.config?.kubernetes_api_enabled ?? false;
      if (chosen !== elected) log(chosen ? 'chosen to report this cluster' : 'another agent reports this cluster');
      elected = chosen;
      source.configure?.(answer.user_config ?? answer.config?.local_config ?? '');
    } catch (error) {
      // Any other failure of Sync need not keep the report from the server.
      if (isStatus(error, status.UNAVAILABLE)) throw error;
      log(`Sync failed: ${error instanceof Error ? error.message : String(error)}`);
    }
    syncs++;
    if (agentId !== 0 || settings.agentId !== 'auto') nextSync = Date.now() + syncEveryMs;
  }

  /** Takes what was read as the content to report, and moves the version where it differs. */
  function adopt(resources: readonly Resource[]): void {
    if (resources === read) return;
    read = resources;
    const next = new Map<string, Entry>();
    let changed = entries === null || resources.length !== entries.size;
    for (const { key, type, json } of resources) {
      const known = entries?.get(key);
      if (known?.json === json && known.type === type) {
        next.set(key, known);
        continue;
      }
      changed = true;
      next.set(key, { type, json, compressed_info: deflateSync(json, { level: 6 }) });
    }
    if (!changed) return;
    if (entries !== null) version++;
    entries = next;
    uploadDue = true;
  }

  async function send(withEntries: boolean, errorMsg: string, sentVersion = version): Promise<ReportAnswer> {
    const { ctrl_ip } = await identify(server.address);
    const answer = await server.report({
      cluster_id: settings.clusterId,
      version: sentVersion,
      error_msg: errorMsg,
      // One of the two names is in the package that is spoken, the other is left out.
      ...(agentId === 0 ? {} : { agent_id: agentId, vtap_id: agentId }),
      source_ip: ctrl_ip,
      entries: withEntries
        ? [...(entries?.values() ?? [])].map(({ type, compressed_info }) => ({ type, compressed_info }))
        : [],
    });
    answersVersion = answer.version !== undefined;
    return answer;
  }

  async function upload(errorMsg: string): Promise<void> {
    try {
      await send(true, errorMsg);
    } catch (error) {
      uploadDue = true;
      if (!isStatus(error, status.RESOURCE_EXHAUSTED)) throw error;
      // The same bytes would fail again: wait long, and longer each time.
      const times = (tooLarge?.times ?? 0) + 1;
      const pauseSeconds = Math.min(3600, settings.intervalSeconds * 10 * 2 ** (times - 1));
      const message = `the server refuses an upload of ${entries?.size} objects: ${(error as Error).message}`;
      tooLarge = { message, times, again: Date.now() + pauseSeconds * 1000 };
      log(`${message}; next try in ${pauseSeconds} s`);
      return;
    }
    if (uploadDue || version !== accepted) log(`uploaded version ${version}: ${entries?.size} objects`);
    uploadDue = false;
    tooLarge = null;
    accepted = version;
    lastUpload = Date.now();
    lastError = errorMsg;
  }

  async function report(errorMsg: string): Promise<void> {
    if (tooLarge !== null && Date.now() < tooLarge.again) {
      await send(false, tooLarge.message, accepted === 0 ? version : accepted);
      return;
    }
    // An error is told together with the last good content. To a server that answers no version only entries carry anything:
    // also the news that the error is over, and a sign of life within a day.
    const due =
      uploadDue ||
      errorMsg !== '' ||
      (!answersVersion && (lastError !== '' || Date.now() - lastUpload >= settings.fullEverySeconds * 1000));
    if (entries !== null && due) return upload(errorMsg);

    const answer = await send(false, errorMsg);
    lastError = errorMsg;
    // Unset says nothing; any other version, 0 too, asks for everything.
    if (entries !== null && answer.version !== undefined && answer.version !== String(version)) {
      log(`the server holds version ${answer.version}, not ${version}`);
      await upload(errorMsg);
    }
  }

  return {
    async cycle() {
      if (settings.standing !== undefined) {
        if (!followSession(settings.standing())) return;
      } else {
        await syncWhenDue();
        if (settings.agentId === 'auto' && agentId === 0 && syncs < syncsToWaitForId) return;
        // Two reporters overwrite each other. One that borrows an id is not the agent that was chosen, and never will be.
        if (settings.agentId === 'auto' && !elected) return;
      }
      const { resources, errors } = await source.read();
      if (errors.length === 0) adopt(resources);
      const errorMsg = errors.join('; ');
      if (errorMsg !== '' && errorMsg !== lastError) log(`reporting an error: ${errorMsg}`);
      try {
        await report(errorMsg);
      } catch (error) {
        // Nothing else would tell that the server has restarted and forgotten.
        if (!answersVersion) uploadDue = true;
        throw error;
      }
    },
  };
}
