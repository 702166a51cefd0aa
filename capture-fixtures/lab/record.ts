import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findGuest, guestTools } from './guest/guest.js';
import { LabError } from './lab-error.js';
import { labs } from './labs.js';
import { type Network, removeLeftovers } from './network.js';
import { recordCni } from './record-cni.js';
import { demandTools } from './tools.js';

const usage = `Usage: npm run lab -- [CNI...] [--out DIR]

Builds each CNI's data path in network namespaces, runs the traffic of every span, and records each NIC and the system calls.
Needs root and Linux. Without a CNI: all of them. What the host's kernel usually has no parts for is recorded in a guest; see guest/build-guest.sh.

  --out DIR  where to write (default: capture-fixtures/recordings)
  --list     name the labs and end
  --host     without a CNI: only those that need no guest
  --here     on this kernel, whatever the lab usually needs
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: 'string', default: 'capture-fixtures/recordings' },
      objects: { type: 'string' },
      list: { type: 'boolean', default: false },
      host: { type: 'boolean', default: false },
      here: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  if (values.list) {
    for (const { id, kernel, title } of labs) process.stdout.write(`${id.padEnd(20)} ${kernel.padEnd(6)} ${title}\n`);
    return 0;
  }
  const unknown = positionals.filter((id) => !labs.some((lab) => lab.id === id));
  if (unknown.length > 0) {
    throw new LabError(`There is no lab '${unknown.join("', '")}'; there are: ${labs.map(({ id }) => id).join(', ')}.`);
  }
  const chosen = labs.filter(({ id, kernel }) =>
    positionals.length === 0 ? !values.host || kernel === 'host' : positionals.includes(id),
  );
  const inGuest = chosen.filter(({ kernel }) => kernel === 'guest' && !values.here);
  const onHost = chosen.filter((lab) => !inGuest.includes(lab));
  // A guest is given compiled programs.
  const tools = chosen.flatMap((lab) => (values.objects === undefined ? (lab.tools ?? []) : []));
  await demandTools(inGuest.length > 0 ? [...tools, ...guestTools] : tools);
  const guest = inGuest.length > 0 ? await findGuest() : null;
  await removeLeftovers();
  const interruption = onInterrupt();
  const shared = {
    out: resolve(values.out),
    program: dirname(fileURLToPath(import.meta.url)).replace(/\/dist\//, '/'),
    onProgress: (text: string) => process.stderr.write(`${text}\n`),
  };
  try {
    for (const lab of onHost) {
      const objects = values.objects === undefined ? null : resolve(values.objects);
      await recordCni(lab, { ...shared, objects, onNetwork: interruption.onNetwork });
      if (interruption.signal.aborted) break;
    }
    if (guest !== null && !interruption.signal.aborted) {
      const { recordInGuest } = await import('./guest/run-in-guest.js');
      // One guest for each, so that what is recorded is there whatever becomes of the next.
      for (const lab of inGuest) await recordInGuest(guest, lab, { ...shared, interruption: interruption.signal });
    }
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
  }
  if (!interruption.signal.aborted) return 0;
  process.stderr.write('lab: interrupted; all that it made is removed\n');
  return 130;
}

/** An interruption tears the network down that stands; what was waited for then fails, and the lab ends by itself. */
function onInterrupt(): { readonly onNetwork: (network: Network) => void; readonly signal: AbortSignal } {
  const controller = new AbortController();
  let standing: Network | null = null;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      controller.abort();
      void standing?.tearDown();
    });
  }
  return {
    signal: controller.signal,
    onNetwork: (network) => {
      standing = network;
      if (controller.signal.aborted) void network.tearDown();
    },
  };
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`lab: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof LabError ? 2 : 3;
}
