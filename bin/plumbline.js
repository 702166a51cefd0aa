#!/usr/bin/env node
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const bundle = new URL('../dist/bundle/main.js', import.meta.url);
const modules = new URL('../dist/src/cli/main.js', import.meta.url);
const age = (url) => statSync(fileURLToPath(url), { throwIfNoEntry: false })?.mtimeMs ?? 0;

if (age(bundle) === 0 && age(modules) === 0) {
  process.stderr.write('plumbline: not built yet. Run `npm run build` in the checkout first.\n');
  process.exitCode = 3;
} else {
  // Whoever works on Plumbline builds with tsc alone, and wants what that has made.
  const { run } = await import((age(bundle) >= age(modules) ? bundle : modules).href);
  await run(process.argv);
}
