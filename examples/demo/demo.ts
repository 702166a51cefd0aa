/**
 * The main jobs on real sockets: an agent is started beside a Kubernetes API and a fake deepflow-server, driven through changes and
 * faults, and judged. Then it is told what DeepFlow would show of a cluster, and at which observation points it would see the
 * traffic of two nodes that was captured.
 */
import { spawn } from 'node:child_process';
import { packageFile } from '../../src/wire/package-file.js';

/** Runs the command line as a user would, and waits for its end. */
async function plumbline(...args: string[]): Promise<number> {
  process.stdout.write(`\n$ plumbline ${args.join(' ')}\n\n`);
  const options = { cwd: packageFile('.'), stdio: 'inherit' } as const;
  const child = spawn(process.execPath, [packageFile('bin/plumbline.js'), ...args], options);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 3));
  });
}

const checked = await plumbline(
  ...['check', '--profile', 'quick', '--interval', '0.2', '--stable'],
  ...['--', 'node', 'dist/examples/agents/typescript/agent.js'],
);
const shown = await plumbline(
  ...['inventory', '--snapshot', 'fixtures/clusters/shop.yaml', '--snapshot', 'fixtures/clusters/shop-version.json'],
);
const replayed = await plumbline('replay', 'capture-fixtures/flannel-vxlan/cross/site.yaml');
process.exitCode = [checked, shown, replayed].find((code) => code !== 0) ?? 0;
