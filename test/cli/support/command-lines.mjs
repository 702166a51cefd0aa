// Runs command lines one after another in one process, each with a terminal of its own: starting a process for each would take
// longer than all of them. Reads them as JSON from the standard input, and writes how they ended.
import { text } from 'node:stream/consumers';
import { loadBundle } from '../../../bin/bundle.js';

const { runWith } = loadBundle();

const plain = new Proxy({}, { get: () => (shown) => shown });
const endings = [];
for (const args of JSON.parse(await text(process.stdin))) {
  const written = { stdout: '', stderr: '' };
  const out = (shown) => {
    written.stdout += shown;
  };
  const terminal = {
    out,
    err: (shown) => {
      written.stderr += shown;
    },
    outDrained: async (shown) => out(shown),
    errIsTerminal: false,
    style: plain,
    errStyle: plain,
    env: process.env,
    cwd: process.cwd(),
    interruption: () => ({ signal: new Promise(() => {}), dispose: () => {} }),
  };
  const code = await runWith(terminal, ['node', 'plumbline', ...args]);
  endings.push({ code, ...written });
}
process.stdout.write(JSON.stringify(endings));
