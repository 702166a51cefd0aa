import { constants } from 'node:http2';
import { status as codes, type ServerDuplexStream, type ServerWritableStream } from '@grpc/grpc-js';
import type { CallFault, DropReason, StreamTotals } from '../../journal/record.js';
import type { AdjustableClock } from '../clock.js';
import type { LocalEnd } from '../model/call-outcome.js';
import type { ObservedCall } from '../observed-call.js';
import type { Recorder } from '../recorder.js';
import { createMessageFraming } from './message-framing.js';
import type { Outbox } from './outbox.js';
import type { StreamLimits } from './stream-limits.js';

/** A stream of messages from its opening to its end, of which all is written down. */
export interface OpenStream {
  readonly seq: number;
  /** Unix time, ms. */
  readonly time: number;
  readonly path: string;
  readonly package: 'agent' | 'trident';
  readonly local: LocalEnd;
  /** The message that opened it; empty where the client sends messages as it likes. */
  readonly request: Buffer;
  isOpen(): boolean;
  /** Resolves once the client has taken the message: true; or the stream has ended before: false. */
  send(message: Uint8Array): Promise<boolean>;
  /** Ends it from this side, once what was sent is taken. The first end counts. */
  end(status: number, statusMessage: string): void;
  /** Ends it at once: RESOURCE_EXHAUSTED for the client. */
  drop(reason: DropReason, statusMessage: string): void;
}

/** What a service does with a stream. */
export interface StreamListener {
  /** A message of the client; the next one comes when it has resolved. */
  message?(bytes: Buffer): Promise<void> | void;
  /** The client sends no more. */
  halfClosed?(): void;
  /** Told once, whoever ended it. */
  ended(): void;
}

/** Answers the streams of one method. Called when the stream is open and written down. */
export type StreamService = (stream: OpenStream) => StreamListener;

export interface OpenStreamOptions {
  readonly observed: ObservedCall;
  readonly call: ServerWritableStream<Buffer, Buffer> | ServerDuplexStream<Buffer, Buffer>;
  readonly request: Buffer;
  readonly fault: CallFault | null;
  readonly recorder: Recorder;
  readonly clock: AdjustableClock;
  readonly outbox: Outbox;
  readonly limits: StreamLimits;
  /** The stream is over, and its record on its way. */
  readonly onEnd: () => void;
}

/** The stream as those see it who look after all of them. */
export interface TendedStream extends OpenStream {
  /** Drops it where its reader keeps others or this server waiting. @param now of the steady clock, ms */
  tend(now: number): void;
  /** Resolves once its opening is written down. Messages come from then on. */
  begin(service: StreamService): Promise<void>;
}

/** Of a message that is longer than `wholeBytes`, so much is written down. */
const beginningBytes = 4 * 1024;
const wholeBytes = 64 * 1024;
/** A stream that has ended, but whose reader does not take what is left, is reset after so long, ms. */
const lingerMs = 1_000;
/** Some clients that cancel end their side first, and reset the stream behind that, ms. */
const cancelMs = 20;

export function openStream(options: OpenStreamOptions): TendedStream {
  const { observed, call, request, fault, recorder, clock, outbox, limits } = options;
  const { seq, time, path, local, peer, metadata } = observed;
  const isBidi = 'read' in call;
  const totals = { received: isBidi ? 0 : 1, receivedBytes: request.length, sent: 0, sentBytes: 0 };
  const framing = createMessageFraming();
  const waiting = new Set<() => void>();
  let listener: StreamListener | null = null;
  let ended = false;
  let dropped: DropReason | null = null;
  let sending: Promise<unknown> = Promise.resolve();
  let queued = 0;
  /** Of the steady clock: the message at the head was handed to HTTP/2. */
  let handedAt: number | null = null;

  const watched = observed.watchStream({
    received: (bytes) => {
      framing.add(bytes);
      checkSize(framing.unfinished()?.declared ?? 0);
    },
    closed: (sent, how) => {
      const left = framing.unfinished();
      const half =
        left === null ? '' : `, in the middle of a message (${left.received} of ${left.declared ?? '?'} bytes)`;
      if (sent === null) finish(codes.CANCELLED, `${how}${half}`);
      else finish(sent.status, sent.statusMessage);
    },
    drained: () => end(codes.UNAVAILABLE, 'the server drains this connection'),
  });

  /** The one record of the stream's end. */
  function finish(status: number, statusMessage: string): Promise<void> {
    if (ended) return Promise.resolve();
    ended = true;
    for (const wake of waiting) wake();
    waiting.clear();
    const record = observed.finish({
      outcome: 'stream',
      request: request.subarray(0, wholeBytes),
      response: noBytes,
      status,
      statusMessage,
      stream: finalTotals(),
      ...(fault === null ? {} : { fault }),
    });
    options.onEnd();
    listener?.ended();
    return record;
  }

  function finalTotals(): StreamTotals {
    return dropped === null ? { ...totals } : { ...totals, dropped };
  }

  function end(status: number, statusMessage: string): void {
    if (ended) return;
    const isUnread = queued > 0;
    void finish(status, statusMessage).then(() => {
      if (status === codes.OK) call.end();
      else call.emit('error', { code: status, details: statusMessage.toWellFormed() });
      // Behind messages that nobody takes the status would wait for ever.
      if (isUnread) setTimeout(() => watched.reset(constants.NGHTTP2_CANCEL), lingerMs).unref();
    });
  }

  function drop(reason: DropReason, statusMessage: string): void {
    if (ended) return;
    dropped = reason;
    // The code that gRPC clients take for RESOURCE_EXHAUSTED; a status could not overtake what waits to be read.
    void finish(codes.RESOURCE_EXHAUSTED, statusMessage).then(() => watched.reset(constants.NGHTTP2_ENHANCE_YOUR_CALM));
  }

  function note(from: 'client' | 'server', message: Uint8Array): Promise<void> {
    const bytes = message.length <= wholeBytes ? message : message.subarray(0, beginningBytes);
    return recorder.record({ kind: 'message', seq, time: clock.now(), from, size: message.length, bytes });
  }

  /** Resolves when the stream ends, at the latest. */
  function unlessEnded(begin: (done: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        waiting.delete(done);
        resolve();
      };
      waiting.add(done);
      begin(done);
    });
  }

  async function sendNext(message: Uint8Array): Promise<boolean> {
    if (ended) return false;
    const entering = outbox.enter(message.length);
    try {
      await unlessEnded((done) => void entering.then(done));
      if (ended) return false;
      await note('server', message);
      if (ended) return false;
      totals.sent += 1;
      totals.sentBytes += message.length;
      handedAt = clock.steady.now();
      let taken = false;
      await unlessEnded((done) => {
        call.write(asBuffer(message), () => {
          taken = !ended;
          done();
        });
      });
      return taken;
    } finally {
      handedAt = null;
      void entering.then((leave) => leave());
    }
  }

  function send(message: Uint8Array): Promise<boolean> {
    if (ended) return Promise.resolve(false);
    queued += 1;
    if (queued > limits.queuedMessages) {
      drop('slow-reader', `${limits.queuedMessages} messages wait for a reader who takes none`);
      return Promise.resolve(false);
    }
    const sent = sending
      .then(() => sendNext(message))
      .finally(() => {
        queued -= 1;
      });
    sending = sent;
    return sent;
  }

  function checkSize(bytes: number): void {
    if (bytes > limits.messageBytes) drop('too-large', `a message of ${bytes} bytes, over ${limits.messageBytes}`);
  }

  async function receive(message: Buffer): Promise<void> {
    // One that was compressed is larger now than it was on its way.
    checkSize(message.length);
    if (ended) return;
    totals.received += 1;
    totals.receivedBytes += message.length;
    await note('client', message);
    if (!ended) await listener?.message?.(message);
  }

  function listen(from: ServerDuplexStream<Buffer, Buffer>): void {
    from.on('data', (message: Buffer) => {
      from.pause();
      void receive(message).finally(() => from.resume());
    });
    from.on('end', () => {
      setTimeout(() => {
        if (!ended && !watched.isClosed()) listener?.halfClosed?.();
      }, cancelMs);
    });
  }

  const stream: TendedStream = {
    seq,
    time,
    path,
    local,
    request,
    package: path.startsWith('/trident.') ? 'trident' : 'agent',
    isOpen: () => !ended,
    send,
    end,
    drop,
    tend: (now) => {
      if (handedAt === null) return;
      const since = now - handedAt;
      const contended = outbox.waiting() > 0 && since >= limits.contendedStallMs;
      if (contended || since >= limits.stallMs) {
        drop('slow-reader', `a message was not read within ${Math.round(since / 1000)} s`);
      }
    },
    begin: async (service) => {
      const opening = { kind: 'stream', seq, time, peer, path, metadata, request } as const;
      await recorder.record(fault === null ? opening : { ...opening, fault });
      if (ended) return;
      const served = service(stream);
      // A service may end it at once.
      if (ended) served.ended();
      else listener = served;
      if (!ended && 'read' in call) listen(call);
    },
  };
  return stream;
}

const noBytes = new Uint8Array(0);

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
