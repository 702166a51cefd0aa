import { createSeededRandom } from '../faults/seeded-random.js';
import { type JournalWriter, openJournalWriter } from '../journal/journal-writer.js';
import { createMemoryJournal, type MemoryJournal, type MemoryJournalLimits } from '../journal/memory-journal.js';
import type { JudgedRecord, JudgingFacts, KubernetesRecord, SightRecord, StartRecord } from '../journal/record.js';
import type { SceneRecord } from '../journal/scene-record.js';
import type { ClusterFactsChange } from '../platform/cluster-facts.js';
import { startAdminServer } from './admin/admin-server.js';
import { createMetrics, type Metrics } from './admin/metrics.js';
import type { RestModel } from './admin/rest/rest-model.js';
import { modelViews, type Views } from './admin/views.js';
import type { Foresee } from './arriving-message.js';
import type { Admit } from './call-handler.js';
import { catchUpInTurns } from './catch-up-in-turns.js';
import { createChangeHandler } from './change-handler.js';
import { type AdjustableClock, type Clock, createAdjustableClock, systemClock } from './clock.js';
import { type DataFolder, openDataFolder } from './data/data-folder.js';
import { createServerFaults, type ServerFaults } from './faults/server-faults.js';
import { type GrpcServer, startGrpcServer, type TlsFiles } from './grpc-server.js';
import { createRestartableModel, type RestartableModel } from './model/restartable-model.js';
import type { SavedState } from './model/saved-state.js';
import type { ChangeResult, ServerChange } from './model/server-change.js';
import type { ServerModel } from './model/server-model.js';
import type { OfferedUpgrade, ServerSettings } from './model/server-state.js';
import { endpoint } from './open-calls.js';
import { createRecorder, type Recorder, type RecordListener } from './recorder.js';
import { checkedModel } from './self-check/checked-model.js';
import type { SelfCheckFault } from './self-check/self-check.js';
import type { ServerStatus } from './server-status.js';
import type { RemoteConsole } from './streams/remote-execute.js';
import type { StreamLimits } from './streams/stream-limits.js';
import type { AgentFiles } from './streams/stream-services.js';
import type { UpgradeOffer } from './streams/upgrade.js';

export interface Address {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

export interface FakeServerOptions extends Omit<ServerSettings, 'upgrade'>, AgentFiles {
  readonly listen: Address;
  /** Default: no HTTP. */
  readonly admin?: Address;
  readonly tls?: TlsFiles;
  /** Limit for one message, bytes. Default 104,857,600, as the real server has it. */
  readonly maxMessage?: number;
  /** Default: calls are not written down. */
  readonly journal?: { readonly directory: string; readonly fsync: boolean };
  /** What is kept of the latest calls. Default: 10,000 calls, 64 MiB. */
  readonly recent?: MemoryJournalLimits;
  readonly clock?: Clock;
  /** What the server knows from before. Default: nothing, or what `data` has. */
  readonly saved?: SavedState;
  /** Where it keeps what it knows. Default: in memory alone. */
  readonly data?: { readonly directory: string };
  /** Of the faults that strike by chance. Default 1. */
  readonly seed?: number;
  /** Written down for those who judge the journal again. */
  readonly judging?: JudgingFacts;
  /** They see every record, that of the start included, in the order of the journal, before the call is answered. */
  readonly listeners?: readonly RecordListener[];
  readonly admit?: Admit;
  /** Told of uploads that are on their way. */
  readonly foresee?: Foresee;
  /** Default: what the server knows without judging. */
  readonly views?: (server: { readonly model: ServerModel; readonly clock: Clock }) => Views;
  readonly unknownMethodWait?: number;
  /** Has every answer held against what agents demand of a server, and is told of those that break a demand. Default: not looked at. */
  readonly selfCheck?: (fault: SelfCheckFault) => void;
  /** Those that are not the default. */
  readonly streamLimits?: Partial<StreamLimits>;
  /** Told of what must not go unnoticed: lost records, failures of ours, connections that speak something else. */
  readonly onProblem?: (message: string, cause: unknown) => void;
}

export interface CloseOptions {
  /** How long open calls may take to end before they are cut, ms. */
  readonly graceMs: number;
  /** Until when agents were meant to report (Unix time, ms), where that is known: silence before it counts against them. */
  readonly observedUntil?: number;
  /** By what the observation was broken off, where it did not come to its end. */
  readonly interrupted?: string;
}

export interface RunningServer {
  /** "address:port". */
  readonly grpc: string;
  /** "address:port"; null without HTTP. */
  readonly admin: string | null;
  readonly model: ServerModel;
  /** Clusters of which it had a snapshot when it started. */
  readonly heldBefore: readonly string[];
  /** What its records take the time from: the clock that it was given, and how far faults have put that forward. */
  readonly clock: Clock;
  readonly faults: ServerFaults;
  /** The latest calls. */
  readonly recent: MemoryJournal;
  onRecord(listener: RecordListener): () => void;
  /** Writes down what the run that judges the calls knows besides them. */
  note(record: KubernetesRecord | SightRecord | JudgedRecord | SceneRecord): Promise<void>;
  /** Does what a person asked for (REST), and writes it down among the calls. Refused changes change nothing. */
  change(change: ServerChange): Promise<ChangeResult>;
  /** Takes in what an upload says of nodes and addresses, and writes that down. */
  learn(change: ClusterFactsChange): Promise<void>;
  /** Has agents execute commands over the RemoteExecute streams that they hold. */
  readonly remoteConsole: RemoteConsole;
  status(): ServerStatus;
  /** Everything is recorded and written when it resolves. */
  close(options: CloseOptions): Promise<void>;
}

const defaultMaxMessage = 104_857_600;
const defaultRecent: MemoryJournalLimits = { calls: 10_000, bytes: 64 * 1024 * 1024, answerBytes: 64 * 1024 };

/**
 * Starts the fake deepflow-server.
 *
 * @throws ListenError where an address is taken, JournalError where the journal cannot be written, DataError where the data
 * folder cannot be used, RangeError where a setting cannot be
 */
export async function createFakeServer(options: FakeServerOptions): Promise<RunningServer> {
  const { onProblem = () => {} } = options;
  const clock = createAdjustableClock(options.clock ?? systemClock);
  if (options.data === undefined) return createServer(options, clock, null);
  const data = await openDataFolder({ ...options.data, compat: options.compat, clock, onProblem });
  const saved = data.found?.saved ?? options.saved;
  try {
    return await createServer({ ...options, ...(saved === undefined ? {} : { saved }) }, clock, data);
  } catch (error) {
    await data.close();
    throw error;
  }
}

async function createServer(
  options: FakeServerOptions,
  clock: AdjustableClock,
  data: DataFolder | null,
): Promise<RunningServer> {
  const { maxMessage = defaultMaxMessage, onProblem = () => {} } = options;
  const plain = createRestartableModel(settingsOf(options), options.saved, data ?? undefined);
  await data?.begin(plain);
  catchUpInTurns(plain);
  const model = options.selfCheck === undefined ? plain : checkedModel(plain, options.selfCheck);
  const journal =
    options.journal === undefined ? null : await openJournalWriter(options.journal.directory, options.journal);
  const recorder = createRecorder({ journal, lastSeq: data?.found?.lastSeq ?? 0, onProblem });
  const recent = createMemoryJournal(options.recent ?? defaultRecent);
  const parts = { options, model, data, journal, recorder, recent, clock, maxMessage, onProblem };
  try {
    return await start(parts);
  } catch (error) {
    await recorder.idle();
    await journal?.close();
    throw error;
  }
}

interface Parts {
  readonly options: FakeServerOptions;
  readonly model: RestartableModel;
  readonly data: DataFolder | null;
  readonly journal: JournalWriter | null;
  readonly recorder: Recorder;
  readonly recent: MemoryJournal;
  readonly clock: AdjustableClock;
  readonly maxMessage: number;
  readonly onProblem: (message: string, cause: unknown) => void;
}

async function start(parts: Parts): Promise<RunningServer> {
  const { options, model, data, journal, recorder, recent, clock, maxMessage, onProblem } = parts;
  let startedAt = clock.now();
  recorder.onRecord((record) => {
    if (record.kind === 'call') {
      recent.append(record);
    }
  });
  for (const listener of options.listeners ?? []) {
    recorder.onRecord(listener);
  }
  await recorder.record(startRecord(options, startedAt, maxMessage));
  const heldBefore = await recordHeld(parts);
  const faults = createServerFaults({
    clock,
    random: createSeededRandom(options.seed ?? 1),
    record: (record) => void recorder.record(record),
    breakConnections: (end) => grpc.breakConnections(end),
    refuseConnections: (ms) => grpc.refuseConnections(ms),
    restart: () => {
      startedAt = clock.now();
      const saved = model.restart();
      data?.restate();
      void recorder.record(startRecord({ ...options, saved }, startedAt, maxMessage));
    },
    onProblem,
  });
  const grpc: GrpcServer = await startGrpcServer({
    ...{ ...options.listen, model, faults, recorder, clock, maxMessage, onProblem },
    ...(data === null ? {} : { data }),
    ...(options.tls === undefined ? {} : { tls: options.tls }),
    ...(options.admit === undefined ? {} : { admit: options.admit }),
    ...(options.foresee === undefined ? {} : { foresee: options.foresee }),
    ...(options.unknownMethodWait === undefined ? {} : { unknownMethodWait: options.unknownMethodWait }),
    ...(options.streamLimits === undefined ? {} : { streamLimits: options.streamLimits }),
    ...(options.upgrade === undefined ? {} : { upgrade: options.upgrade }),
    ...(options.plugins === undefined ? {} : { plugins: options.plugins }),
  });
  const status = () => statusOf(parts, grpc, startedAt);
  const change = createChangeHandler({ model, data, record: recorder.record, now: clock.now });
  const admin = await startAdmin(parts, { status, change, remote: grpc.remoteConsole }).catch(
    async (error: unknown) => {
      await grpc.close(0);
      throw error;
    },
  );
  let closing: Promise<void> | null = null;

  async function close({ graceMs, observedUntil, interrupted }: CloseOptions): Promise<void> {
    await grpc.close(graceMs);
    if (observedUntil !== undefined) {
      await recorder.record({
        kind: 'stop',
        time: observedUntil,
        ...(interrupted === undefined ? {} : { interrupted }),
      });
    }
    await admin?.close();
    await journal?.close();
    await data?.close();
  }

  return {
    grpc: endpoint(grpc.host, grpc.port),
    admin: admin?.address ?? null,
    model,
    heldBefore,
    clock,
    faults,
    recent,
    onRecord: recorder.onRecord,
    note: recorder.record,
    remoteConsole: grpc.remoteConsole,
    change,
    learn: async (change) => {
      const time = clock.now();
      model.learn(change, time);
      await recorder.record({ kind: 'platform', time, change });
    },
    status,
    close: (how) => {
      closing ??= close(how);
      return closing;
    },
  };
}

/** What came before the start is judged again by those who look on, and stands in the journal for those who judge it. */
async function recordHeld({ options, data, model, recorder, clock, onProblem }: Parts): Promise<readonly string[]> {
  const held: string[] = [];
  for (const { clusterId, seq, time, bytes, read } of data?.uploads() ?? []) {
    if ((model.cluster(clusterId, clock.now())?.stored ?? null) === null) continue;
    const admission = await options.admit?.(bytes);
    try {
      await recorder.record({ kind: 'held', seq, time, request: await read() });
      held.push(clusterId);
    } catch (error) {
      onProblem(`The upload of cluster '${clusterId}' cannot be read again`, error);
    } finally {
      admission?.release();
    }
  }
  return held;
}

async function startAdmin(
  { options, model, recorder, recent, clock, onProblem }: Parts,
  { status, change, remote }: Pick<RunningServer, 'status' | 'change'> & { readonly remote: RemoteConsole },
): Promise<{ address: string; close(): Promise<void> } | null> {
  if (options.admin === undefined) {
    return null;
  }
  const metrics: Metrics = createMetrics(status);
  const forget = recorder.onRecord(metrics.observe);
  const views = options.views?.({ model, clock }) ?? modelViews(model, clock.now);
  const rest: RestModel = {
    compat: options.compat,
    views,
    now: clock.now,
    groups: () => model.groups(),
    domains: () => model.domains(),
    cluster: (clusterId, time) => model.cluster(clusterId, time),
    saved: () => model.saved(),
    agents: () => model.agents(clock.now()),
    agent: (lcuuid) => model.agent(lcuuid, clock.now()),
    upgrade: options.upgrade ?? null,
    seats: () => model.seats(clock.now()),
    change,
  };
  const app = { status, recent, metrics, views, model, rest, remote, onProblem };
  try {
    const server = await startAdminServer(options.admin, app);
    const close = async () => {
      await server.close();
      metrics.close();
    };
    return { address: endpoint(server.host, server.port), close };
  } catch (error) {
    forget();
    metrics.close();
    throw error;
  }
}

function settingsOf({ upgrade, ...settings }: FakeServerOptions): ServerSettings {
  return upgrade === undefined ? settings : { ...settings, upgrade: offered(upgrade) };
}

function offered({ revision, package: executable, image }: UpgradeOffer): OfferedUpgrade {
  return {
    revision,
    for: [
      ...(executable === undefined ? [] : (['process'] as const)),
      ...(image === undefined ? [] : (['kubernetes'] as const)),
    ],
  };
}

function startRecord(options: FakeServerOptions, time: number, maxMessage: number): StartRecord {
  const { compat, clusters, strictPackages, teams, agents, groupConfig, saved, upgrade, advertise, judging } = options;
  return {
    kind: 'start',
    time,
    compat,
    clusters,
    maxMessage,
    strictPackages,
    ...(teams === undefined ? {} : { teams }),
    ...(agents === undefined ? {} : { agents }),
    ...(groupConfig === undefined ? {} : { groupConfig }),
    ...(saved === undefined ? {} : { saved }),
    ...(upgrade === undefined ? {} : { upgrade: offered(upgrade) }),
    ...(advertise === undefined ? {} : { advertise }),
    ...(judging === undefined ? {} : { judging }),
  };
}

function statusOf(
  { model, data, journal, recorder, recent, clock, maxMessage }: Parts,
  grpc: GrpcServer,
  startedAt: number,
): ServerStatus {
  const now = clock.now();
  const { compat, strictPackages } = model.settings;
  return {
    ...{ compat, strictPackages, startedAt, now, maxMessage },
    grpc: endpoint(grpc.host, grpc.port),
    connections: grpc.connections(),
    openCalls: grpc.openCalls(),
    streams: grpc.openStreams(),
    memory: { ...model.counts(), storedSnapshots: model.clusters(now).filter(({ stored }) => stored !== null).length },
    data: data?.status() ?? null,
    journal: { ...recorder.stats(), directory: journal?.directory ?? null, pendingBytes: journal?.pendingBytes() ?? 0 },
    recent: recent.stats(),
  };
}
