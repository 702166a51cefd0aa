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
   * Two places in the core's memory that a file may be read into, the one that is next before the other. What is read
   * into them in turn and fed from there is not copied, and while the one is fed, the other may be filled.
   */
  rooms(): readonly [Uint8Array, Uint8Array];
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

  const roomSize = core.roomSize();
  const roomOf = (window: number) => bytes.subarray(core.roomAt(window), core.roomAt(window) + roomSize);
  const pair = [roomOf(0), roomOf(1)] as const;
  const nextRoom = () => pair[core.windowAtHand() === 0 ? 0 : 1];
  const filled = (part: Uint8Array) => {
    if (head.length < headLength) head = joined(head, part.subarray(0, headLength - head.length));
    core.filled(part.length);
    run(core.read);
    core.turn();
  };

  return {
    rooms: () => (core.windowAtHand() === 0 ? pair : [pair[1], pair[0]]),
    feed(chunk) {
      if (faulty) throw new CoreFault('not-a-capture', 'This file was refused; call endFile before another one.');
      for (let from = 0; from < chunk.length; from += roomSize) {
        const part = chunk.subarray(from, from + roomSize);
        const room = nextRoom();
        if (part.buffer !== room.buffer || part.byteOffset !== room.byteOffset) room.set(part);
        filled(part);
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
