import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ChunkError } from '../../replay/chunk-error.js';
import { defaultCoreConfig } from '../../replay/core/core-config.js';
import type { CompiledCore } from '../../replay/core/core-exports.js';
import { CoreFault } from '../../replay/core/core-fault.js';
import { createFlowCore } from '../../replay/core/flow-core.js';
import { chunksOfFile } from './chunks-of-file.js';

/** Names of the interfaces that capture files describe at their beginning, as programs write them; each once. */
export type InterfaceNames = (root: string, files: readonly string[]) => Promise<string[]>;

export function interfaceNames(core: CompiledCore): InterfaceNames {
  return async (root, files) => {
    const names = await Promise.all(files.map((file) => namesIn(core, resolve(root, file))));
    return [...new Set(names.flat())];
  };
}

const sectionHeader = [0x0a, 0x0d, 0x0d, 0x0a] as const;

async function namesIn(core: CompiledCore, path: string): Promise<string[]> {
  try {
    // A pipe can be read once, which is for the replay to do.
    if (!(await isRegularFile(path))) return [];
    for await (const chunk of chunksOfFile(path)) {
      if (!sectionHeader.every((byte, i) => chunk[i] === byte)) return [];
      const reader = createFlowCore(core, defaultCoreConfig, {}, 'packets');
      reader.feed(chunk);
      return reader.interfaces().flatMap(({ name }) => name ?? []);
    }
  } catch (thrown) {
    // The replay itself meets the same fault and names it.
    if (!(thrown instanceof CoreFault) && !(thrown instanceof ChunkError)) throw thrown;
  }
  return [];
}

function isRegularFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
