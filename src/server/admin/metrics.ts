import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { CallRecord, JournalRecord, MessageRecord } from '../../journal/record.js';
import { findMethod } from '../../wire/protos.js';
import type { ServerStatus } from '../server-status.js';

export interface Metrics {
  observe(record: JournalRecord): void;
  /** In the text format of Prometheus. */
  text(): Promise<string>;
  readonly contentType: string;
  close(): void;
}

/** A registry of its own, so that several servers can live in one process. */
export function createMetrics(status: () => ServerStatus): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const calls = new Counter({
    name: 'plumbline_calls_total',
    help: 'Calls by path, gRPC status and outcome.',
    labelNames: ['path', 'status', 'outcome'],
    registers,
  });
  const bytes = new Counter({
    name: 'plumbline_message_bytes_total',
    help: 'Bytes of messages by path and direction.',
    labelNames: ['path', 'direction'],
    registers,
  });
  const duration = new Histogram({
    name: 'plumbline_call_duration_seconds',
    help: 'From the first byte of a call to its answer.',
    labelNames: ['path'],
    buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60],
    registers,
  });
  const messages = new Counter({
    name: 'plumbline_stream_messages_total',
    help: 'Messages on streams by path and direction.',
    labelNames: ['path', 'direction'],
    registers,
  });
  const drops = new Counter({
    name: 'plumbline_streams_dropped_total',
    help: 'Streams that the server could not put up with any longer, by path and reason.',
    labelNames: ['path', 'reason'],
    registers,
  });
  const openStreams = new Gauge({
    name: 'plumbline_open_streams',
    help: 'Streams that are open, by path.',
    labelNames: ['path'],
    registers,
  });
  /** Of streams that are open, by number: messages say no more. */
  const paths = new Map<number, string>();
  const gauges: readonly (readonly [string, string, (now: ServerStatus) => number])[] = [
    ['plumbline_clusters', 'Cluster ids that something is remembered of.', (now) => now.memory.clusters],
    ['plumbline_stored_snapshots', 'Clusters of which a snapshot is held.', (now) => now.memory.storedSnapshots],
    ['plumbline_agents', 'Registered agents.', (now) => now.memory.agents],
    ['plumbline_connections', 'Open connections.', (now) => now.connections],
    ['plumbline_open_calls', 'Calls that were not recorded yet; streams are among them.', (now) => now.openCalls],
    ['plumbline_stream_unread_bytes', 'Bytes sent on streams and not read yet.', (now) => now.streams.unreadBytes],
    ['plumbline_journal_pending_records', 'Records on their way into the journal.', (now) => now.journal.pending],
    ['plumbline_journal_pending_bytes', 'Bytes on their way into the journal.', (now) => now.journal.pendingBytes],
    ['plumbline_data_state_bytes', 'Of the file that the state is written to.', (now) => now.data?.bytes ?? 0],
    ['plumbline_data_upload_bytes', 'Of the uploads that are kept.', (now) => now.data?.uploadBytes ?? 0],
    ['plumbline_data_broken', '1 while the data folder cannot be written.', (now) => (now.data?.problem ? 1 : 0)],
    ['plumbline_journal_lost_records', 'Records that the journal could not take.', (now) => now.journal.lost],
  ];
  const readings = gauges.map(([name, help, read]) => ({ gauge: new Gauge({ name, help, registers }), read }));
  const notKept = new Gauge({
    name: 'plumbline_not_kept',
    help: 'What callers said after the room for it was full, by what it was.',
    labelNames: ['what'],
    registers,
  });
  const delay = watchEventLoop(registry);

  function observeCall(record: CallRecord): void {
    // Paths are the caller's to choose; only the known ones may become labels.
    const path = findMethod(record.path) === null ? 'other' : record.path;
    calls.inc({ path, status: record.status, outcome: record.outcome });
    if (record.stream === undefined) {
      bytes.inc({ path, direction: 'received' }, record.request.length);
      bytes.inc({ path, direction: 'sent' }, record.response.length);
      duration.observe({ path }, record.duration / 1000);
      return;
    }
    paths.delete(record.seq);
    // Its other messages were counted as they came.
    bytes.inc({ path, direction: 'received' }, record.request.length);
    if (record.stream.dropped !== undefined) drops.inc({ path, reason: record.stream.dropped });
  }

  function observeMessage({ seq, from, size }: MessageRecord): void {
    const path = paths.get(seq) ?? 'other';
    const direction = from === 'client' ? 'received' : 'sent';
    messages.inc({ path, direction });
    bytes.inc({ path, direction }, size);
  }

  return {
    contentType: registry.contentType,
    observe: (record) => {
      if (record.kind === 'call') observeCall(record);
      else if (record.kind === 'stream') paths.set(record.seq, record.path);
      else if (record.kind === 'message') observeMessage(record);
    },
    text: () => {
      const now = status();
      for (const [path, open] of Object.entries(now.streams.open)) openStreams.set({ path }, open);
      const { forgottenClusters, notKept: others } = now.memory;
      for (const [what, count] of Object.entries({ forgottenClusters, ...others })) notKept.set({ what }, count);
      for (const { gauge, read } of readings) {
        gauge.set(read(now));
      }
      return registry.metrics();
    },
    close: () => delay.disable(),
  };
}

function watchEventLoop(registry: Registry): IntervalHistogram {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const gauge = new Gauge({
    name: 'plumbline_event_loop_delay_seconds',
    help: 'Delay of the event loop since the last look, by quantile.',
    labelNames: ['quantile'],
    registers: [registry],
    collect() {
      for (const quantile of [50, 99, 100]) {
        gauge.set({ quantile: quantile / 100 }, delay.percentile(quantile) / 1e9);
      }
      delay.reset();
    },
  });
  return delay;
}
