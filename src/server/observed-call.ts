import { constants, type IncomingHttpHeaders, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { status as codes } from '@grpc/grpc-js';
import type { CallKind, CallRecord } from '../journal/record.js';
import type { ArrivingCollector } from './arriving-message.js';
import { captureAnswer, type KeptOfAnswer } from './captured-answer.js';
import type { Clock } from './clock.js';
import type { ConnectionEnd } from './faults/break-connection.js';
import { createFirstMessage } from './first-message.js';
import type { LocalEnd } from './model/call-outcome.js';
import { unimplementedMessage } from './model/server-model.js';

/** A call from its first byte on. Exactly one record is made of it, whoever answers it. */
export interface ObservedCall {
  readonly seq: number;
  /** Unix time, ms. */
  readonly time: number;
  readonly path: string;
  readonly local: LocalEnd;
  /** "address:port" of the client. */
  readonly peer: string;
  readonly metadata: CallRecord['metadata'];
  /** The message is marked as compressed, but no encoding is named. */
  isFalselyCompressed(): boolean;
  /** A handler has the whole request and will make the record by `finish`. */
  take(): void;
  /** Resolves once the record is written; the answer may be sent then. */
  finish(answer: FinishedCall): Promise<void>;
  /** Has nothing be sent any more. Resolves with what gRPC makes of that for the client, once it has given up. */
  silence(): Promise<Pick<FinishedCall, 'status' | 'statusMessage'>>;
  /** Ends a silence from this side, as the server stops. */
  endSilence(): void;
  breakConnection(end: ConnectionEnd): void;
  /** Of a `streamed` method, once taken: what goes on below gRPC. The listener is told once. */
  watchStream(listener: StreamWatcher): WatchedStream;
  /** The connection takes no more calls, and its streams have to come to an end. */
  drain(): void;
}

/** What can befall a stream of messages from outside. */
export interface StreamWatcher {
  /** Bytes from the client, as they are on the wire. */
  received(bytes: Buffer): void;
  /** It is over, whoever ended it. `status` is the one that was sent, or null. */
  closed(status: { readonly status: number; readonly statusMessage: string } | null, how: string): void;
  drained(): void;
}

export interface WatchedStream {
  /** It is over, or about to be: what ends now was not ended by its sender. */
  isClosed(): boolean;
  /** @param code of HTTP/2 */
  reset(code: number): void;
}

export type FinishedCall = Pick<
  CallRecord,
  'outcome' | 'request' | 'response' | 'status' | 'statusMessage' | 'fault' | 'stream'
>;

export interface ObservedCallOptions {
  readonly stream: ServerHttp2Stream;
  readonly headers: IncomingHttpHeaders;
  /** Request metadata, as the record has it. */
  readonly metadata: CallRecord['metadata'];
  readonly seq: number;
  /** "address:port" of the client. */
  readonly peer: string;
  readonly local: LocalEnd;
  readonly clock: Clock;
  /** Of the clock without its jumps: for durations. */
  readonly steady: Clock;
  /** Bytes. */
  readonly maxMessage: number;
  /**
   * - `played`: a handler of ours takes it.
   * - `streamed`: as played, and messages may go to and fro.
   * - `foreign`: a service of a library (health, reflection) answers it.
   * - `unplayed`: an rpc of the real server that this one does not have yet.
   * - `unknown`: no rpc of the server.
   */
  readonly method: 'played' | 'streamed' | 'foreign' | 'unplayed' | 'unknown';
  /** An unknown method is answered once a message has arrived, or after this long, ms. */
  readonly unknownMethodWait: number;
  /** Default: nobody wants to know of the request before it is there. */
  readonly arriving?: ArrivingCollector;
  readonly record: (record: CallRecord) => Promise<void>;
  readonly breakConnection: (end: ConnectionEnd) => void;
}

/** Begins to observe. Must run before `@grpc/grpc-js` sees the stream. */
export function observeCall(options: ObservedCallOptions): ObservedCall {
  const { stream, headers, clock, steady, method } = options;
  // Gone from the stream once that is closed.
  const session = stream.session as ServerHttp2Stream['session'] | undefined;
  const path = String(headers[':path'] ?? '');
  const time = clock.now();
  const began = steady.now();
  const { arriving } = options;
  const message = createFirstMessage(options.maxMessage, arriving?.add);
  const answer = captureAnswer(stream, keptOfAnswer[method]);
  let watcher: StreamWatcher | null = null;
  let state: 'open' | 'taken' | 'silent' | 'recorded' = 'open';
  let refusing = false;
  let stopped = false;
  /** Only an unknown method waits for its message. */
  const arrived = method === 'unplayed' || method === 'unknown' ? createSignal() : null;

  stream.on('data', (chunk: Buffer) => {
    if (state === 'open') {
      message.add(chunk);
      if (message.isWhole() || message.isTooLarge()) {
        arrived?.set();
      }
    } else watcher?.received(chunk);
  });
  if (arrived !== null) stream.once('end', arrived.set);
  // Not `once`, which makes another listener around it; there is but one close.
  stream.on('close', () => {
    arrived?.set();
    if (state === 'open' && !refusing) {
      void write(method === 'foreign' && message.isWhole() ? ended() : brokenOff());
    }
    watcher?.closed(sentStatus(), howClosed());
  });
  answer.onRefusal((refusal, send) => {
    if (refusing) {
      return;
    }
    if (state === 'open') {
      void refuse(refusal, send);
    } else if (state !== 'silent') {
      send(refusal);
    }
  });

  function write(finished: FinishedCall): Promise<void> {
    state = 'recorded';
    message.forget();
    arriving?.end();
    const { seq, peer, metadata } = options;
    const { outcome, request, response, status, statusMessage, fault, stream: totals } = finished;
    const duration = Math.max(0, steady.now() - began);
    // Named one by one: a spread takes many times as long.
    const call: CallRecord = {
      kind: 'call',
      seq,
      time,
      duration,
      peer,
      path,
      metadata,
      outcome,
      request,
      response,
      status,
      statusMessage,
    };
    if (fault === undefined && totals === undefined) return options.record(call);
    return options.record({
      ...call,
      ...(fault === undefined ? {} : { fault }),
      ...(totals === undefined ? {} : { stream: totals }),
    });
  }

  function sentStatus(): ReturnType<typeof answer.trailers> {
    const sent = answer.trailers();
    return sent === null ? null : { ...sent, statusMessage: decoded(sent.statusMessage) };
  }

  function howClosed(): string {
    return session === undefined || session.destroyed
      ? 'the connection ended'
      : `the client cancelled the stream (HTTP/2 code ${stream.rstCode})`;
  }

  /** gRPC itself wants to answer with a status alone. The answer waits until it is written down. */
  async function refuse(refusal: OutgoingHttpHeaders, send: (headers: OutgoingHttpHeaders) => void): Promise<void> {
    refusing = true;
    if (isForUnknownMethod()) {
      await arrived?.within(options.unknownMethodWait);
    }
    if (state !== 'open') {
      return;
    }
    if (!isForUnknownMethod() && stream.rstCode !== constants.NGHTTP2_NO_ERROR) {
      await write(brokenOff());
      return;
    }
    const own = ownRefusal();
    const status = own?.status ?? statusOf(refusal);
    const statusMessage = own?.message ?? messageOf(refusal);
    await write({ outcome: outcomeOf(refusal), request: message.bytes(), response: noBytes, status, statusMessage });
    send(own === null ? refusal : { ...refusal, 'grpc-status': status, 'grpc-message': encodeURI(statusMessage) });
  }

  function isForUnknownMethod(): boolean {
    return (method === 'unplayed' || method === 'unknown') && isGrpc(headers);
  }

  /** Where the real server says something else than `@grpc/grpc-js` would. */
  function ownRefusal(): { status: number; message: string } | null {
    if (!isGrpc(headers)) {
      return null;
    }
    if (method === 'unknown') {
      return { status: codes.UNIMPLEMENTED, message: unimplementedMessage(path) };
    }
    if (method === 'unplayed') {
      return { status: codes.UNIMPLEMENTED, message: `plumbline does not play ${path} yet` };
    }
    // Not UNIMPLEMENTED, which would make a client look for the method in another package.
    return message.isWhole() || message.isTooLarge() || !stream.readableEnded
      ? null
      : { status: codes.INTERNAL, message: `unexpected EOF: ${arrivedText()}` };
  }

  function outcomeOf(refusal: OutgoingHttpHeaders): CallKind {
    if (!isGrpc(headers)) {
      return 'refused';
    }
    if (method === 'unknown') {
      return 'unknown-method';
    }
    if (method === 'unplayed') {
      return message.isWhole() ? 'unary' : 'incomplete';
    }
    if (message.isTooLarge() || statusOf(refusal) === codes.RESOURCE_EXHAUSTED) {
      return 'too-large';
    }
    if (!message.isWhole()) {
      return 'incomplete';
    }
    return method === 'foreign' ? 'unary' : 'refused';
  }

  function brokenOff(): FinishedCall {
    const reset = stream.rstCode === constants.NGHTTP2_NO_ERROR ? '' : `, reset with code ${stream.rstCode}`;
    const statusMessage = `the client gave up before the request was complete: ${arrivedText()}${reset}`;
    const outcome = message.isTooLarge() ? 'too-large' : 'incomplete';
    return { outcome, request: message.bytes(), response: noBytes, status: codes.CANCELLED, statusMessage };
  }

  function ended(): FinishedCall {
    const { status, statusMessage } = answer.trailers() ?? { status: codes.CANCELLED, statusMessage: 'cancelled' };
    return { outcome: 'unary', request: message.bytes(), response: answer.message(), status, statusMessage };
  }

  function arrivedText(): string {
    const declared = message.declared();
    return declared === null
      ? 'no message arrived'
      : `${message.received()} of ${declared.length} bytes of the message arrived`;
  }

  return {
    seq: options.seq,
    time,
    path,
    local: options.local,
    peer: options.peer,
    metadata: options.metadata,
    isFalselyCompressed: () => {
      const encoding = headers['grpc-encoding'];
      return message.declared()?.compressed === true && (encoding === undefined || encoding === 'identity');
    },
    take: () => {
      state = 'taken';
      message.forget();
      arriving?.end();
    },
    finish: write,
    silence: async () => {
      state = 'silent';
      if (!stream.closed && !stream.destroyed) {
        await new Promise<void>((resolve) => {
          stream.once('close', resolve);
        });
      }
      return stopped
        ? { status: codes.UNAVAILABLE, statusMessage: 'the server stopped before the call was answered' }
        : givenUp(headers['grpc-timeout'], steady.now() - began);
    },
    endSilence: () => {
      if (state !== 'silent' || stream.closed) return;
      stopped = true;
      stream.close(constants.NGHTTP2_CANCEL);
    },
    breakConnection: options.breakConnection,
    watchStream: (added) => {
      watcher = added;
      return { isClosed: () => stream.closed || stream.destroyed, reset: (code) => stream.close(code) };
    },
    drain: () => watcher?.drained(),
  };
}

const keptOfAnswer = {
  played: 'nothing',
  streamed: 'status',
  foreign: 'status and first message',
  unplayed: 'nothing',
  unknown: 'nothing',
} as const satisfies Record<ObservedCallOptions['method'], KeptOfAnswer>;

/** How a client that was not answered sees it. @param deadline as gRPC sends it, e.g. "200m" @param waited ms */
function givenUp(deadline: string | string[] | undefined, waited: number): { status: number; statusMessage: string } {
  const [, amount = '', unit = ''] = /^(\d{1,8})([HMSmun])$/.exec(String(deadline ?? '')) ?? [];
  const passed = unit !== '' && waited >= deadlineShare * Number(amount) * (milliseconds[unit] ?? 0);
  return passed
    ? { status: codes.DEADLINE_EXCEEDED, statusMessage: 'the client was not answered before its deadline' }
    : { status: codes.CANCELLED, statusMessage: 'the client was not answered and gave up' };
}

/** The client's clock began a little earlier; who waited for so much of its deadline waited for all of it. */
const deadlineShare = 0.8;

const milliseconds: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

const noBytes = new Uint8Array(0);

function isGrpc(headers: IncomingHttpHeaders): boolean {
  return headers['content-type']?.startsWith('application/grpc') === true;
}

function statusOf(refusal: OutgoingHttpHeaders): number {
  const status = refusal['grpc-status'];
  // An answer in HTTP alone; clients of gRPC make UNKNOWN of it.
  return status === undefined ? codes.UNKNOWN : Number(status);
}

function messageOf(refusal: OutgoingHttpHeaders): string {
  if (refusal['grpc-status'] === undefined) {
    return `HTTP status ${refusal[':status']}: the content-type is not application/grpc`;
  }
  return decoded(String(refusal['grpc-message'] ?? ''));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Some messages of @grpc/grpc-js are not percent-encoded.
    return text;
  }
}

interface Signal {
  readonly set: () => void;
  /** Resolves when the signal is set, or after `ms`. */
  within(ms: number): Promise<void>;
}

function createSignal(): Signal {
  let set: () => void = () => {};
  const isSet = new Promise<void>((resolve) => {
    set = resolve;
  });
  return {
    set: () => set(),
    within: async (ms) => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, ms);
      });
      await Promise.race([isSet, late]);
      clearTimeout(timer);
    },
  };
}
