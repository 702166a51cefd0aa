import type { CaptureCounters, FlowRecord } from '../flow-record.js';
import { configureCore } from './configure-core.js';
import type { CoreConfig, CoreTask } from './core-config.js';
import { type CompiledCore, instantiate, outputFull } from './core-exports.js';
import { CoreFault, readerFault } from './core-fault.js';
import { decodeCounters } from './decode-counters.js';
import { type CaptureInterface, decodeInterfaces, decodeLearnt, type LearntPair } from './decode-facts.js';
import { decodePacket, type PacketRow } from './decode-packet.js';
import { decodeRecord } from './decode-record.js';

/** Where rows go, as they are made. */
export interface CoreSink {
  readonly onRecord?: (record: FlowRecord) => void;
  readonly onPacket?: (row: PacketRow) => void;
}

/**
 * One capturing NIC's packets, flows and book. Chunks may cut records anywhere; the outcome does not depend on them.
 */
export interface FlowCore {
  /**
   * Where the next bytes of the file may be written, at least 64 KiB; `filled` tells how many were. Reading a file
   * straight into it spares a copy; the view is good until the next call of `filled`.
   */
  room(): Uint8Array;
  filled(count: number): void;
  /** The next bytes of the file. Throws CoreFault when they are no capture; the core can then take another file. */
  feed(chunk: Uint8Array): void;
  /** The file has ended; another one of the same NIC may follow, its flows and times go on. Throws CoreFault. */
  endFile(): void;
  /** Ends all flows and returns the book. */
  end(): CaptureCounters;
  counters(): CaptureCounters;
  interfaces(): CaptureInterface[];
  /** Of the task `learn`; empty otherwise. */
  learnt(): LearntPair[];
}

/** So many bytes of the file's start are kept, to quote them when it is no capture. */
const headLength = 12;

/** Throws CoreFault where the configuration is out of range or the engine has not got the memory. */
export function createFlowCore(
  compiled: CompiledCore,
  config: CoreConfig,
  sink: CoreSink,
  task: CoreTask = 'flows',
): FlowCore {
  const core = instantiate(compiled);
  configureCore(core, config, task);
  // Memory does not grow after this, so views stay valid.
  const bytes = new Uint8Array(core.memory.buffer);
  const view = new DataView(core.memory.buffer);
  const rows = core.outputAddress();
  const rowSize = core.outputRowSize();
  let head: Uint8Array = new Uint8Array(0);
  let faulty = false;

  const empty = () => {
    const count = core.outputCount();
    for (let i = 0; i < count; i++) {
      const row = rows + i * rowSize;
      if (task === 'flows') sink.onRecord?.(decodeRecord(view, row));
      else if (task === 'packets') sink.onPacket?.(decodePacket(view, row));
    }
    core.emptied();
  };
  const run = (step: () => number) => {
    let outcome = step();
    while (outcome === outputFull) {
      empty();
      outcome = step();
    }
    if (outcome >= 0) return;
    faulty = true;
    throw readerFault(outcome, head);
  };
  const startFile = () => {
    core.startFile();
    head = new Uint8Array(0);
    faulty = false;
  };

  const room = () => {
    const size = core.makeRoom();
    return bytes.subarray(core.windowEnd(), core.windowEnd() + size);
  };
  const filled = (count: number) => {
    if (faulty) throw new CoreFault('not-a-capture', 'This file was refused; call endFile before another one.');
    if (head.length < headLength) {
      head = joined(
        head,
        bytes.subarray(core.windowEnd(), core.windowEnd() + Math.min(count, headLength - head.length)),
      );
    }
    core.filled(count);
    run(core.read);
  };

  return {
    room,
    filled,
    feed(chunk) {
      for (let from = 0; from < chunk.length; ) {
        const space = room();
        const part = chunk.subarray(from, from + space.length);
        space.set(part);
        filled(part.length);
        from += part.length;
      }
    },
    endFile() {
      try {
        if (!faulty) run(core.readLast);
      } finally {
        empty();
        startFile();
      }
    },
    end() {
      run(core.finish);
      empty();
      return decodeCounters(view, core.countersAddress());
    },
    counters: () => decodeCounters(view, core.countersAddress()),
    interfaces: () => decodeInterfaces(view, core.interfacesAddress(), core.interfaceCount(), core.interfaceSize()),
    learnt: () => (task === 'learn' ? decodeLearnt(view, core.learntAddress(), core.learntCount()) : []),
  };
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
