#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = new URL('../dist/bundle/main.js', import.meta.url);
if (existsSync(fileURLToPath(main))) {
  const { run } = await import(main.href);
  await run(process.argv);
} else {
  process.stderr.write('plumbline: not built yet. Run `npm run build` in the checkout first.\n');
  process.exitCode = 3;
}
