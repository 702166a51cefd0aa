#!/usr/bin/env node
const { statSync } = require('node:fs');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');
const { loadBundle, mainFile } = require('./bundle.js');

const modules = join(__dirname, '../dist/src/cli/main.js');
const age = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

async function start() {
  if (age(mainFile) === 0 && age(modules) === 0) {
    process.stderr.write('plumbline: not built yet. Run `npm run build` in the checkout first.\n');
    process.exitCode = 3;
    return;
  }
  // Whoever works on Plumbline builds with tsc alone, and wants what that has made.
  const { run } = age(mainFile) >= age(modules) ? loadBundle() : await import(pathToFileURL(modules).href);
  await run(process.argv);
}

start();
