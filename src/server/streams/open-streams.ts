import { status as codes } from '@grpc/grpc-js';
import type { DropReason } from '../../journal/record.js';
import type { AdjustableClock } from '../clock.js';
import type { Recorder } from '../recorder.js';
import { type OpenStreamOptions, openStream, type TendedStream } from './open-stream.js';
import { createOutbox } from './outbox.js';
import type { StreamLimits } from './stream-limits.js';

/** All streams that are open at the moment. */
export interface OpenStreams {
  /** Why no other stream may be opened; null: one may. */
  refusal(): { readonly status: number; readonly statusMessage: string; readonly dropped?: DropReason } | null;
  open(stream: OpenedStream): TendedStream;
  /** Opens a stream on which nothing is ever sent. Resolves with its end. */
  openSilently(stream: OpenedStream): Promise<void>;
  stats(): OpenStreamStats;
  /** Ends all of them, and lets no other be opened. */
  close(): void;
}

export type OpenedStream = Pick<OpenStreamOptions, 'observed' | 'call' | 'request' | 'fault'>;

export interface OpenStreamStats {
  /** By path. */
  readonly open: Readonly<Record<string, number>>;
  /** Bytes that were sent and not read yet. */
  readonly unreadBytes: number;
}

export interface OpenStreamsOptions {
  readonly recorder: Recorder;
  readonly clock: AdjustableClock;
  readonly limits: StreamLimits;
}

export function createOpenStreams({ recorder, clock, limits }: OpenStreamsOptions): OpenStreams {
  const outbox = createOutbox(limits.outboxBytes);
  const streams = new Set<TendedStream>();
  const counts = new Map<string, number>();
  let closed = false;
  const sweep = setInterval(() => {
    const now = clock.steady.now();
    for (const stream of streams) stream.tend(now);
  }, limits.sweepMs).unref();

  const count = (path: string, by: number): void => void counts.set(path, (counts.get(path) ?? 0) + by);

  function open(opened: OpenedStream, onEnd: () => void = () => {}): TendedStream {
    const stream = openStream({
      recorder,
      clock,
      outbox,
      limits,
      ...opened,
      onEnd: () => {
        streams.delete(stream);
        count(stream.path, -1);
        onEnd();
      },
    });
    streams.add(stream);
    count(stream.path, 1);
    return stream;
  }

  return {
    refusal: () => {
      if (closed) return { status: codes.UNAVAILABLE, statusMessage: goingAway };
      if (streams.size < limits.streams) return null;
      const statusMessage = `${limits.streams} streams are open already`;
      return { status: codes.RESOURCE_EXHAUSTED, statusMessage, dropped: 'too-many' };
    },
    open,
    openSilently: (opened) =>
      new Promise((resolve) => {
        const stream = open(opened, resolve);
        void stream.begin(() => ({ ended: () => {} }));
      }),
    stats: () => ({ open: Object.fromEntries(counts), unreadBytes: outbox.held() }),
    close: () => {
      closed = true;
      clearInterval(sweep);
      for (const stream of [...streams]) stream.end(codes.UNAVAILABLE, goingAway);
    },
  };
}

const goingAway = 'the server is going away';
