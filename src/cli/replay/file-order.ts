import { resolve } from 'node:path';
import { orderPieces } from '../../replay/capture-names.js';
import { ChunkError } from '../../replay/chunk-error.js';
import { defaultCoreConfig } from '../../replay/core/core-config.js';
import type { CompiledCore } from '../../replay/core/core-exports.js';
import { CoreFault } from '../../replay/core/core-fault.js';
import { createFlowCore } from '../../replay/core/flow-core.js';
import { chunksOfFile } from './chunks-of-file.js';
import type { InputCapture } from './replay-input.js';

/** Captures whose files are pieces of one another: in the order of their first packets. */
export async function inOrderOfTime(
  core: CompiledCore,
  captures: readonly InputCapture[],
  root: string,
): Promise<InputCapture[]> {
  const ordered: InputCapture[] = [];
  for (const capture of captures) {
    if (capture.files.length < 2) {
      ordered.push(capture);
      continue;
    }
    const times = new Map<string, number | null>();
    for (const file of capture.files) times.set(file, await firstTime(core, resolve(root, file)));
    ordered.push({ ...capture, files: orderPieces(capture.files, (file) => times.get(file) ?? null) });
  }
  return ordered;
}

/** Of the first packet, microseconds; null where the first piece of the file shows none. */
async function firstTime(core: CompiledCore, path: string): Promise<number | null> {
  const reader = createFlowCore(core, defaultCoreConfig, {}, 'packets');
  try {
    for await (const chunk of chunksOfFile(path)) {
      reader.feed(chunk.subarray(0, 1 << 16));
      return reader.counters().firstTime;
    }
  } catch (thrown) {
    // The replay itself meets the same fault and names it.
    if (!(thrown instanceof CoreFault) && !(thrown instanceof ChunkError)) throw thrown;
  }
  return null;
}
