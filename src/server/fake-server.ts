import { createSeededRandom } from '../faults/seeded-random.js';
import { type JournalWriter, openJournalWriter } from '../journal/journal-writer.js';
import { createMemoryJournal, type MemoryJournal, type MemoryJournalLimits } from '../journal/memory-journal.js';
import type { JudgedRecord, JudgingFacts, KubernetesRecord, SightRecord, StartRecord } from '../journal/record.js';
import { startAdminServer } from './admin/admin-server.js';
import { createMetrics, type Metrics } from './admin/metrics.js';
import { modelViews, type Views } from './admin/views.js';
import type { Admit } from './call-handler.js';
import { type AdjustableClock, type Clock, createAdjustableClock, systemClock } from './clock.js';
import { createServerFaults, type ServerFaults } from './faults/server-faults.js';
import { type GrpcServer, startGrpcServer, type TlsFiles } from './grpc-server.js';
import { createRestartableModel, type RestartableModel } from './model/restartable-model.js';
import type { ServerModel } from './model/server-model.js';
import type { ServerSettings } from './model/server-state.js';
import { endpoint } from './open-calls.js';
import { createRecorder, type Recorder, type RecordListener } from './recorder.js';
import type { ServerStatus } from './server-status.js';

export interface Address {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

export interface FakeServerOptions extends ServerSettings {
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
  /** Of the faults that strike by chance. Default 1. */
  readonly seed?: number;
  /** Written down for those who judge the journal again. */
  readonly judging?: JudgingFacts;
  /** They see every record, that of the start included, in the order of the journal, before the call is answered. */
  readonly listeners?: readonly RecordListener[];
  readonly admit?: Admit;
  /** Default: what the server knows without judging. */
  readonly views?: (server: { readonly model: ServerModel; readonly clock: Clock }) => Views;
  readonly unknownMethodWait?: number;
  /** Told of what must not go unnoticed: lost records, failures of ours, connections that speak something else. */
  readonly onProblem?: (message: string, cause: unknown) => void;
}

export interface CloseOptions {
  /** How long open calls may take to end before they are cut, ms. */
  readonly graceMs: number;
  /** Until when agents were meant to report (Unix time, ms), where that is known: silence before it counts against them. */
  readonly observedUntil?: number;
}

export interface RunningServer {
  /** "address:port". */
  readonly grpc: string;
  /** "address:port"; null without HTTP. */
  readonly admin: string | null;
  readonly model: ServerModel;
  /** What its records take the time from: the clock that it was given, and how far faults have put that forward. */
  readonly clock: Clock;
  readonly faults: ServerFaults;
  /** The latest calls. */
  readonly recent: MemoryJournal;
  onRecord(listener: RecordListener): () => void;
  /** Writes down what the run that judges the calls knows besides them. */
  note(record: KubernetesRecord | SightRecord | JudgedRecord): Promise<void>;
  status(): ServerStatus;
  /** Everything is recorded and written when it resolves. */
  close(options: CloseOptions): Promise<void>;
}

const defaultMaxMessage = 104_857_600;

/**
 * Starts the fake deepflow-server.
 *
 * @throws ListenError where an address is taken, JournalError where the journal cannot be written, RangeError where a
 * setting cannot be
 */
export async function createFakeServer(options: FakeServerOptions): Promise<RunningServer> {
  const { maxMessage = defaultMaxMessage, onProblem = () => {} } = options;
  const clock = createAdjustableClock(options.clock ?? systemClock);
  const model = createRestartableModel(options);
  const journal =
    options.journal === undefined ? null : await openJournalWriter(options.journal.directory, options.journal);
  const recorder = createRecorder({ journal, onProblem });
  const recent = createMemoryJournal(options.recent ?? { calls: 10_000, bytes: 64 * 1024 * 1024 });
  const parts = { options, model, journal, recorder, recent, clock, maxMessage, onProblem };
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
  readonly journal: JournalWriter | null;
  readonly recorder: Recorder;
  readonly recent: MemoryJournal;
  readonly clock: AdjustableClock;
  readonly maxMessage: number;
  readonly onProblem: (message: string, cause: unknown) => void;
}

async function start(parts: Parts): Promise<RunningServer> {
  const { options, model, journal, recorder, recent, clock, maxMessage, onProblem } = parts;
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
  const faults = createServerFaults({
    clock,
    random: createSeededRandom(options.seed ?? 1),
    record: (record) => void recorder.record(record),
    breakConnections: (end) => grpc.breakConnections(end),
    refuseConnections: (ms) => grpc.refuseConnections(ms),
    restart: () => {
      startedAt = clock.now();
      void recorder.record(startRecord({ ...options, ...model.restart() }, startedAt, maxMessage));
    },
    onProblem,
  });
  const grpc: GrpcServer = await startGrpcServer({
    ...{ ...options.listen, model, faults, recorder, clock, maxMessage, onProblem },
    ...(options.tls === undefined ? {} : { tls: options.tls }),
    ...(options.admit === undefined ? {} : { admit: options.admit }),
    ...(options.unknownMethodWait === undefined ? {} : { unknownMethodWait: options.unknownMethodWait }),
  });
  const status = () => statusOf(parts, grpc, startedAt);
  const admin = await startAdmin(parts, status).catch(async (error: unknown) => {
    await grpc.close(0);
    throw error;
  });
  let closing: Promise<void> | null = null;

  async function close({ graceMs, observedUntil }: CloseOptions): Promise<void> {
    await grpc.close(graceMs);
    if (observedUntil !== undefined) await recorder.record({ kind: 'stop', time: observedUntil });
    await admin?.close();
    await journal?.close();
  }

  return {
    grpc: endpoint(grpc.host, grpc.port),
    admin: admin?.address ?? null,
    model,
    clock,
    faults,
    recent,
    onRecord: recorder.onRecord,
    note: recorder.record,
    status,
    close: (how) => {
      closing ??= close(how);
      return closing;
    },
  };
}

async function startAdmin(
  { options, model, recorder, recent, clock, onProblem }: Parts,
  status: () => ServerStatus,
): Promise<{ address: string; close(): Promise<void> } | null> {
  if (options.admin === undefined) {
    return null;
  }
  const metrics: Metrics = createMetrics(status);
  const forget = recorder.onRecord(metrics.observe);
  const views = options.views?.({ model, clock }) ?? modelViews(model, clock.now);
  try {
    const server = await startAdminServer(options.admin, { status, recent, metrics, views, onProblem });
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

function startRecord(options: FakeServerOptions, time: number, maxMessage: number): StartRecord {
  const { compat, clusters, strictPackages, teams, agents, judging } = options;
  return {
    kind: 'start',
    time,
    compat,
    clusters,
    maxMessage,
    strictPackages,
    ...(teams === undefined ? {} : { teams }),
    ...(agents === undefined ? {} : { agents }),
    ...(judging === undefined ? {} : { judging }),
  };
}

function statusOf(
  { model, journal, recorder, recent, clock, maxMessage }: Parts,
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
    memory: { ...model.counts(), storedSnapshots: model.clusters(now).filter(({ stored }) => stored !== null).length },
    journal: { ...recorder.stats(), directory: journal?.directory ?? null, pendingBytes: journal?.pendingBytes() ?? 0 },
    recent: recent.stats(),
  };
}
