const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { dirname, join } = require('node:path');
const { Script } = require('node:vm');

/** What `npm run build` puts together of the command line. */
const mainFile = join(__dirname, '../dist/bundle/main.cjs');

/** Bytecode of a file of the bundle: kept by the build, good for the very Node that kept it. */
const bytecodeOf = (file) => `${file}.bytecode`;

/**
 * The bundled command line. Its files are started from bytecode that the build kept, since compiling them is much of the
 * time that a command takes to start; Node ignores bytecode of another version of itself, and compiles.
 *
 * @param {(file: string, script: import('node:vm').Script) => void} onScript told of each file, for the build and tests
 */
function loadBundle(onScript = () => {}) {
  const requireFile = createRequire(mainFile);
  // Source maps are found by Node's own loader only.
  if (process.sourceMapsEnabled) return requireFile(mainFile);
  const folder = dirname(mainFile);
  const modules = new Map();
  const load = (id) => {
    if (!id.startsWith('./')) return requireFile(id);
    const known = modules.get(id);
    if (known !== undefined) return known.exports;
    const file = join(folder, id);
    const module = { exports: {} };
    modules.set(id, module);
    const script = scriptOf(file);
    onScript(file, script);
    script.runInThisContext()(module.exports, load, module, file, folder);
    return module.exports;
  };
  return load('./main.cjs');
}

function scriptOf(file) {
  const source = readFileSync(file, 'utf8');
  return new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
    filename: file,
    cachedData: keptBytecode(file),
  });
}

function keptBytecode(file) {
  try {
    return readFileSync(bytecodeOf(file));
  } catch {
    return undefined;
  }
}

module.exports = { bytecodeOf, loadBundle, mainFile };
