import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { compileFlowCore, createFlowCore, defaultCoreConfig } from '../../src/replay/core/index.js';
import type { CaptureCounters } from '../../src/replay/flow-record.js';

export interface CoreMeasure {
  readonly counters: CaptureCounters;
  /** From the first byte read to the last flow ended, without and with the making of record objects. */
  readonly seconds: number;
}

const chunkSize = 1 << 20;
const wasm = new URL('../../src/flow-core/flow-core.wasm', import.meta.url);

/** The core alone: reads the file in chunks of 1 MiB, as its peer in C does. */
export function measureCore(path: string, withRecords: boolean): CoreMeasure {
  const compiled = compileFlowCore(readFileSync(wasm));
  let records = 0;
  const sink = withRecords ? { onRecord: () => records++ } : {};
  const core = createFlowCore(compiled, defaultCoreConfig, sink);
  const file = openSync(path, 'r');
  const from = performance.now();
  while (true) {
    const [room] = core.rooms();
    const got = readSync(file, room, 0, chunkSize, null);
    if (got === 0) break;
    core.feed(room.subarray(0, got));
  }
  core.endFile();
  const counters = core.end();
  const seconds = (performance.now() - from) / 1000;
  closeSync(file);
  return { counters, seconds };
}
