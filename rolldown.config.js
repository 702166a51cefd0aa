// What bin/plumbline.js runs: hundreds of modules in a few files, for opening files is most of the time that a command
// takes to start. One file per command and worker, and what they share; names stay, so that stack traces can be read.
// CommonJS, whose files Node can start from bytecode that was kept (bin/bundle.js).

import { builtinModules } from 'node:module';

/** Libraries whose parts are many small files. The others load files of their own, or are loaded when they are needed. */
const bundled = new Set([
  'ansi-regex',
  'cli-table3',
  'commander',
  'emoji-regex',
  'fzstd',
  'hyparquet',
  'hyparquet-writer',
  'ipaddr.js',
  'is-fullwidth-code-point',
  'picocolors',
  'string-width',
  'strip-ansi',
  'yaml',
  'zod',
]);

export default {
  input: {
    main: 'src/cli/main.ts',
    'replay-worker': 'src/cli/replay/replay-worker.ts',
    'analyst-worker': 'src/conformance/analyst-worker.ts',
  },
  platform: 'node',
  external: (id) => {
    if (id.startsWith('.') || id.startsWith('/')) return false;
    const name = id.split('/')[0] ?? id;
    return id.startsWith('node:') || builtinModules.includes(name) || !bundled.has(name);
  },
  output: {
    dir: 'dist/bundle',
    cleanDir: true,
    format: 'cjs',
    // As the modules are that it is made of.
    strict: true,
    // `import()` does not work in what starts from bytecode.
    dynamicImportInCjs: false,
    sourcemap: true,
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name]-[hash].cjs',
  },
};
