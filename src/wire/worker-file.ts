/**
 * The built file of a worker thread: in the bundle and in `dist` it lies beside the module that starts it. Code that runs
 * from its TypeScript source takes it from `dist`, as Node cannot load the source.
 *
 * @param moduleUrl of the module that starts it
 * @param name of the worker's file, without its extension
 * @param built the folder of the worker in `dist`, relative to the module's source
 */
export function workerFile(moduleUrl: string, name: string, built: string): URL {
  if (moduleUrl.endsWith('.ts')) return new URL(`${built}/${name}.js`, moduleUrl);
  return new URL(`./${name}.${moduleUrl.endsWith('.cjs') ? 'cjs' : 'js'}`, moduleUrl);
}
