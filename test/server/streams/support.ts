import {
  Client,
  type ClientDuplexStream,
  type ClientReadableStream,
  credentials,
  type StatusObject,
} from '@grpc/grpc-js';
import { onTestFinished, vi } from 'vitest';
import type { CallRecord, JournalRecord, MessageRecord, StreamRecord } from '../../../src/journal/record.js';
import { type Clock, createAdjustableClock, systemClock } from '../../../src/server/clock.js';
import { createServerFaults, type ServerFaults } from '../../../src/server/faults/server-faults.js';
import { type GrpcServer, type GrpcServerOptions, startGrpcServer } from '../../../src/server/grpc-server.js';
import type { AgentIdentity, RegisteredAgent } from '../../../src/server/model/agent-record.js';
import type { ModelEvent } from '../../../src/server/model/model-event.js';
import type { PushAnswer, PushCall } from '../../../src/server/model/push-answer.js';
import type { RestartableModel } from '../../../src/server/model/restartable-model.js';
import { createRecorder } from '../../../src/server/recorder.js';
import { connectRaw, framed } from '../support/raw-client.js';

/** A server whose streams are real, and whose model says what the test wants. */
export interface StreamsUnderTest {
  readonly grpc: GrpcServer;
  readonly address: string;
  readonly faults: ServerFaults;
  readonly records: readonly JournalRecord[];
  readonly problems: readonly string[];
  opened(): readonly StreamRecord[];
  messages(): readonly MessageRecord[];
  /** The ends of streams. */
  ends(): readonly CallRecord[];
  /** Has the model say that something changed. */
  change(event: ModelEvent): void;
}

export interface ScriptedModel {
  pushAnswer?(call: PushCall): PushAnswer;
  readonly agents?: readonly Partial<RegisteredAgent>[];
}

export interface StreamsOptions
  extends Partial<Pick<GrpcServerOptions, 'streamLimits' | 'upgrade' | 'plugins' | 'maxMessage'>> {
  readonly model?: ScriptedModel;
  readonly clock?: Clock;
}

/** Ends with the running test. */
export async function startStreams(options: StreamsOptions = {}): Promise<StreamsUnderTest> {
  const records: JournalRecord[] = [];
  const problems: string[] = [];
  const listeners = new Set<(event: ModelEvent) => void>();
  const onProblem = (message: string, cause: unknown): void => void problems.push(`${message}: ${cause}`);
  const recorder = createRecorder({ journal: null, onProblem });
  recorder.onRecord((record) => records.push(record));
  const clock = createAdjustableClock(options.clock ?? systemClock);
  const { pushAnswer = () => ({ kind: 'close' }), agents = [] } = options.model ?? {};
  const findAgent = ({ ctrlIp, ctrlMac }: AgentIdentity) =>
    agents.find((agent) => agent.ctrlIp === ctrlIp && agent.ctrlMac === ctrlMac) ?? null;
  const model = {
    settings: { compat: 'v7', clusters: [], strictPackages: false },
    restarts: () => 0,
    pushAnswer,
    findAgent,
    groupOf: (identity: AgentIdentity) => findAgent(identity)?.groupLcuuid ?? null,
    onChange: (listener: (event: ModelEvent) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  } as unknown as RestartableModel;
  const faults = createServerFaults({
    clock,
    random: () => 0,
    record: (record) => void recorder.record(record),
    breakConnections: (end) => grpc.breakConnections(end),
    refuseConnections: (ms) => grpc.refuseConnections(ms),
    restart: () => {},
    onProblem,
  });
  const grpc = await startGrpcServer({
    ...{ host: '127.0.0.1', port: 0, maxMessage: 104_857_600 },
    ...options,
    ...{ model, faults, recorder, clock, onProblem },
    streamLimits: { sweepMs: 20, ...options.streamLimits },
  });
  onTestFinished(() => grpc.close(0));
  const ofKind = <K extends JournalRecord['kind']>(kind: K) =>
    records.filter((record): record is Extract<JournalRecord, { kind: K }> => record.kind === kind);
  return {
    ...{ grpc, address: `127.0.0.1:${grpc.port}`, faults, records, problems },
    opened: () => ofKind('stream'),
    messages: () => ofKind('message'),
    ends: () => ofKind('call').filter(({ outcome }) => outcome === 'stream'),
    change: (event) => {
      for (const listener of listeners) listener(event);
    },
  };
}

/** A stream as its client sees it. */
export interface ClientStream {
  readonly call: ClientReadableStream<Buffer> | ClientDuplexStream<Buffer, Buffer>;
  /** The next message. @throws Error where the stream ends instead */
  next(): Promise<Buffer>;
  /** All messages so far. */
  readonly received: readonly Buffer[];
  readonly status: Promise<StatusObject>;
}

export interface ClientBidi extends ClientStream {
  send(message: Uint8Array): void;
  halfClose(): void;
}

const identity = (bytes: Buffer) => bytes;

/** A client with a connection of its own that ends with the running test. */
export function streamClient(address: string) {
  const client = new Client(address, credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1,
    'grpc.max_receive_message_length': -1,
  });
  onTestFinished(() => client.close());
  return {
    client,
    open: (path: string, request: Uint8Array): ClientStream =>
      watch(client.makeServerStreamRequest(path, identity, identity, Buffer.from(request))),
    openBidi: (path: string): ClientBidi => {
      const call = client.makeBidiStreamRequest(path, identity, identity);
      return {
        ...watch(call),
        send: (message) => void call.write(Buffer.from(message)),
        halfClose: () => call.end(),
      };
    },
  };
}

function watch(call: ClientStream['call']): ClientStream {
  const received: Buffer[] = [];
  let wake: () => void = () => {};
  let ended = false;
  let taken = 0;
  const status = new Promise<StatusObject>((resolve) => {
    call.on('status', (told: StatusObject) => {
      ended = true;
      resolve(told);
      wake();
    });
  });
  call.on('error', () => {
    // The status says it, too.
  });
  call.on('data', (message: Buffer) => {
    received.push(message);
    wake();
  });
  return {
    call,
    received,
    status,
    next: async () => {
      while (received.length === taken) {
        if (ended) throw new Error('the stream ended');
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      taken += 1;
      return received[taken - 1] as Buffer;
    },
  };
}

/** Opens a stream and reads nothing of it. The clients of gRPC always read a little. */
export async function openDeaf(address: string, path: string, request: Uint8Array = Buffer.alloc(0)) {
  const raw = await connectRaw(address);
  const { stream, ended } = raw.open(path);
  stream.pause();
  stream.end(framed(request));
  return { session: raw.session, stream, ended };
}

/** Waits for a condition; the test's own time limit is the limit. */
export function until(condition: () => boolean): Promise<void> {
  return vi.waitFor(
    () => {
      if (!condition()) throw new Error(`not yet: ${condition}`);
    },
    { timeout: 100_000, interval: 5 },
  );
}
