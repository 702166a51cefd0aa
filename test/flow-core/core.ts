import { readFileSync } from 'node:fs';
import {
  type CaptureInterface,
  type CoreConfig,
  type CoreTask,
  compileFlowCore,
  createFlowCore,
  defaultCoreConfig,
  type FlowCore,
  type LearntPair,
  type PacketRow,
} from '../../src/replay/core/index.js';
import type { CaptureCounters, FlowRecord } from '../../src/replay/flow-record.js';

export const compiledCore = compileFlowCore(
  readFileSync(new URL('../../dist/src/flow-core/flow-core.wasm', import.meta.url)),
);

export interface Outcome {
  readonly records: FlowRecord[];
  readonly rows: PacketRow[];
  readonly learnt: LearntPair[];
  readonly counters: CaptureCounters;
  readonly interfaces: readonly CaptureInterface[];
}

export interface RunOptions {
  readonly config?: Partial<CoreConfig>;
  readonly task?: CoreTask;
  /** Bytes per chunk; the whole file where it is not given. */
  readonly chunk?: number;
}

/** One capture file through a new core. */
export function run(capture: Uint8Array, options: RunOptions = {}): Outcome {
  return runFed(options, (core) => {
    const size = options.chunk ?? capture.length;
    for (let at = 0; at < capture.length; at += size) core.feed(capture.subarray(at, at + size));
  });
}

/** As `run`, where each chunk is in place before the core is fed the one in front of it. */
export function runReadAhead(capture: Uint8Array, size: number): Outcome {
  return runFed({}, (core) => {
    let [room, other] = core.rooms();
    const place = (at: number) => {
      const chunk = capture.subarray(at, at + size);
      room.set(chunk);
      return room.subarray(0, chunk.length);
    };
    let ready = place(0);
    for (let at = size; ready.length > 0; at += size) {
      [room, other] = [other, room];
      const next = place(at);
      core.feed(ready);
      ready = next;
    }
  });
}

/** Capture files one after the other through one new core. */
export function runFiles(files: readonly Uint8Array[], options: RunOptions = {}): Outcome {
  return runFed(options, (core) => {
    for (const [at, file] of files.entries()) {
      if (at > 0) core.endFile();
      core.feed(file);
    }
  });
}

function runFed(options: RunOptions, feed: (core: FlowCore) => void): Outcome {
  const records: FlowRecord[] = [];
  const rows: PacketRow[] = [];
  const core = createFlowCore(
    compiledCore,
    { ...defaultCoreConfig, flowLimit: 4096, ...options.config },
    { onRecord: (record) => records.push(record), onPacket: (row) => rows.push(row) },
    options.task,
  );
  feed(core);
  core.endFile();
  const counters = core.end();
  return { records, rows, learnt: core.learnt(), counters, interfaces: core.interfaces() };
}

/** The number of packets that are in no flow. */
export function droppedPackets(counters: CaptureCounters): number {
  return Object.values(counters.dropped).reduce((sum, count) => sum + count, 0);
}

/** What must hold of every capture: nothing is lost from the book, and the flows hold what it says. */
export function booksBalance({ counters, records }: Outcome): boolean {
  const inRecords = records.reduce((sum, { client, server }) => sum + client.packets + server.packets, 0);
  return (
    counters.packets === counters.packetsInFlows + droppedPackets(counters) &&
    counters.injections === counters.packetsInFlows + counters.injectedTwice &&
    inRecords === counters.injections
  );
}
