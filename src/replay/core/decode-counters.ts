import { type CaptureCounters, captureNotes, dropReasons } from '../flow-record.js';

const firstReason = 16;
const firstNote = 32;

/** The book of src/flow-core/counters.ts. */
export function decodeCounters(view: DataView, at: number): CaptureCounters {
  const counter = (number: number) => Number(view.getBigUint64(at + number * 8, true));
  const time = (number: number) => {
    const nanoseconds = view.getBigUint64(at + number * 8, true);
    return nanoseconds === 0n ? null : Number((nanoseconds - 1n) / 1000n);
  };
  return {
    packets: counter(0),
    capturedBytes: counter(1),
    wireBytes: counter(2),
    packetsInFlows: counter(3),
    injectedTwice: counter(4),
    injections: counter(5),
    injectionsOverLimit: counter(6),
    flows: counter(7),
    peakFlows: counter(8),
    records: counter(9),
    decapsulated: counter(10),
    firstTime: time(11),
    lastTime: time(12),
    dropped: named(dropReasons, (i) => counter(firstReason + i)),
    notes: named(captureNotes, (i) => counter(firstNote + i)),
  };
}

function named<Name extends string>(names: readonly Name[], value: (index: number) => number): Record<Name, number> {
  return Object.fromEntries(names.map((name, i) => [name, value(i)])) as Record<Name, number>;
}
