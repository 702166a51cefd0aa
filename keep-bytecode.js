// Keeps the bytecode of the bundled command line beside it, as it is after commands have run: functions are compiled
// when they are first called, and what was kept of a run holds those that a run needs.

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const { bytecodeOf, loadBundle } = createRequire(import.meta.url)('./bin/bundle.js');

const exchange = fileURLToPath(new URL('capture-fixtures/flannel-vxlan/cross', import.meta.url));
const recording = fileURLToPath(new URL('capture-fixtures/recordings/cilium-vxlan/pod-to-service', import.meta.url));

/** Short, and each another part. They need no network and write nothing. */
const commands = [
  ['--help'],
  ['rules'],
  ['explain', 'request/well-formed'],
  ['packets', `${exchange}/n1-eth0.pcap`],
  ['replay', `${exchange}/site.yaml`],
  ['replay', '--captures', recording, '--cluster', `${recording}/cluster.json`, '--expect', 'cilium'],
];

async function keep() {
  const scripts = new Map();
  const { run } = loadBundle((file, script) => scripts.set(file, script));
  for (const command of commands) {
    await run([process.execPath, 'plumbline', ...command]);
    if (![0, 1].includes(process.exitCode))
      throw new Error(`plumbline ${command.join(' ')} ended with ${process.exitCode}`);
  }
  for (const [file, script] of scripts) writeFileSync(bytecodeOf(file), script.createCachedData());
  process.exitCode = 0;
}

// What the commands print is of no interest, and a process of its own can be silenced.
if (process.argv[2] === '--silenced') await keep();
else {
  const silenced = [fileURLToPath(import.meta.url), '--silenced'];
  const { status, stderr } = spawnSync(process.execPath, silenced, { stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) {
    process.stderr.write(stderr);
    process.exitCode = 1;
  }
}
