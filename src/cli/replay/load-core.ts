import { readFileSync } from 'node:fs';
import { type CompiledCore, compileFlowCore } from '../../replay/core/core-exports.js';
import { packageFile } from '../../wire/package-file.js';
import { PlumblineError } from '../plumbline-error.js';

/** @throws PlumblineError (harness fault) where the built core is missing */
export function loadFlowCore(): CompiledCore {
  const path = packageFile('dist/src/flow-core/flow-core.wasm');
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw PlumblineError.harnessFault(`The packet core ${path} is missing.`, 'In a checkout: npm run build.', cause);
  }
  return compileFlowCore(bytes);
}
